"""AWS's SAM translator as a filter of JSON lines.

In:  {"path": …, "template": a packaged SAM template, "parameters": {name: value}}
Out: {"path": …, "template": what CloudFormation would deploy}, or
     {"path": …, "errors": [what the translator says]}, or
     {"path": …, "crash": an exception that the translator does not expect}

Nothing is asked of AWS: the region comes from the environment, managed policies from the list that the package
ships, and the Serverless Application Repository is answered for here.
"""

import json
import logging
import sys

from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.plugins.application.serverless_app_plugin import ServerlessAppPlugin
from samtranslator.translator.translator import Translator
from samtranslator.utils.py27hash_fix import to_py27_compatible_template, undo_mark_unicode_str_in_template

# The repository signs an address for each deployment; the product has the same stand-in for it.
SIGNED = "https://awsserverlessrepo-changesets-xxx.s3.amazonaws.com/signed-url"


class Repository:
    """Has every application, in every version."""

    def create_cloud_formation_template(self, ApplicationId, SemanticVersion):
        return {"ApplicationId": ApplicationId, "TemplateId": "id", "TemplateUrl": SIGNED, "Status": "ACTIVE"}


def translate(template, parameters):
    # Hashes in logical ids depend on it: deployed, they are still those of Python 2.
    to_py27_compatible_template(template, parameters)
    applications = ServerlessAppPlugin(sar_client=Repository(), parameters=parameters)
    translator = Translator(None, Parser(), plugins=[applications])
    result = translator.translate(
        template,
        parameter_values=parameters,
        get_managed_policy_map=lambda: get_bundled_managed_policy_map("aws"),
    )
    return undo_mark_unicode_str_in_template(result)


def answer(request):
    try:
        return {"template": translate(request["template"], request["parameters"])}
    except InvalidDocumentException as error:
        return {"errors": [cause.message for cause in error.causes]}
    except Exception as error:
        return {"crash": f"{type(error).__name__}: {error}"}


def main():
    # The translator warns that nobody collects its metrics.
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"path": request["path"], **answer(request)}))


if __name__ == "__main__":
    main()
