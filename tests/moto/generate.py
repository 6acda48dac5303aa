"""Generates CloudFormation templates and asks moto's CloudFormation engine what they evaluate to.

Writes one JSON object a line: the template, the parameters given, and for each condition and property what moto
gives (`{"value": …}`) or why it gives nothing (`{"error": …}`). The same seed gives the same lines.
"""

import json
import random
import sys
import types
import warnings

from moto.cloudformation import parsing
from moto.cloudformation.parsing import ResourceMap, clean_json

warnings.simplefilter("ignore")

# moto writes `Fn::ToJsonString` with Python's spaces and escapes; AWS's documentation shows neither. With that one
# difference set right here, all that is inside such texts is compared too.
parsing.json = types.SimpleNamespace(
    loads=json.loads, dumps=lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False)
)

SEED = 20261124
WORDS = ["alpha", "beta", "gamma", "delta", "prod", "test", "", "a-b-c", "10.0.0.0/16", "ünïcode", "x,y", "$", "${!Not}x"]
STAGES = ["test", "prod", "dev"]
# Nested so that functions have lists, numbers, booleans and texts to find.
MAPPINGS = {
    "Sizes": {
        "test": {"Memory": 128, "Name": "small", "Zones": ["a"], "On": False},
        "prod": {"Memory": 1024, "Name": "large", "Zones": ["a", "b", "c"], "On": True},
        "dev": {"Memory": 256, "Name": "tiny", "Zones": ["a", "b"], "On": True},
    },
    "Regions": {"us-east-1": {"Short": "use1"}, "eu-west-1": {"Short": "euw1"}},
}


class Generator:
    """Builds one template at random, always one that CloudFormation takes."""

    def __init__(self, chance):
        self.chance = chance
        self.conditions = []

    def word(self):
        return self.chance.choice(WORDS)

    def parameters(self):
        declared = {
            "Stage": {"Type": "String", "Default": self.chance.choice(STAGES), "AllowedValues": STAGES},
            "Text": {"Type": "String", "Default": self.word()},
            "Count": {"Type": "Number", "Default": self.chance.choice([0, 1, 3, "2"])},
            "Names": {"Type": "CommaDelimitedList", "Default": ",".join(self.chance.choices("abcdef", k=3))},
        }
        given = {"Names": ",".join(self.chance.choices("uvwxyz", k=3))}
        if self.chance.random() < 0.5:
            given["Stage"] = self.chance.choice(STAGES)
        if self.chance.random() < 0.5:
            given["Text"] = self.word()
        return declared, given

    def reference(self):
        return {"Ref": self.chance.choice(["Stage", "Text", "AWS::Region", "AWS::Partition", "AWS::URLSuffix"])}

    def text(self, depth):
        """An expression that gives a text."""
        if depth <= 0 or self.chance.random() < 0.2:
            return self.chance.choice([self.word(), self.reference()])
        kind = self.chance.choice(["join", "select", "sub", "find", "if", "base64", "json", "nested", "sub2", "scalar"])
        if kind == "join":
            return {"Fn::Join": [self.chance.choice(["", "-", ", ", "::"]), self.list(depth - 1)]}
        if kind == "select":
            items = [self.text(depth - 1) for _ in range(3)]
            index = self.chance.choice([0, 1, 2, "0", "1"])
            return {"Fn::Select": [index, self.chance.choice([items, {"Ref": "Names"}])]}
        if kind == "sub":
            return {"Fn::Sub": self.template_text(["Stage", "Text", "AWS::Region", "AWS::Partition"])}
        if kind == "sub2":
            variables = {"First": self.text(depth - 1), "Second": self.text(depth - 1)}
            return {"Fn::Sub": [self.template_text(["First", "Second", "Stage"]), variables]}
        if kind == "find":
            return self.chance.choice([
                {"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Name"]},
                {"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "Short"]},
                {"Fn::FindInMap": ["Sizes", self.chance.choice(STAGES), "Name"]},
            ])
        if kind == "if" and self.conditions:
            return {"Fn::If": [self.chance.choice(self.conditions), self.text(depth - 1), self.text(depth - 1)]}
        if kind == "scalar":
            scalars = [{"Ref": "Count"}, 7, {"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, self.chance.choice(["Memory", "On"])]}]
            return {"Fn::Join": ["", [self.chance.choice(scalars), self.text(depth - 1)]]}
        if kind == "base64":
            return {"Fn::Base64": self.text(depth - 1)}
        if kind == "json":
            return {"Fn::ToJsonString": {"key": self.text(depth - 1), "list": self.list(depth - 1)}}
        return {"Fn::Select": [0, {"Fn::Split": ["-", self.text(depth - 1)]}]}

    def template_text(self, names):
        parts = [self.chance.choice(["-", "/", " ", "arn:", "x"])]
        for _ in range(self.chance.randint(1, 3)):
            parts.append("${" + self.chance.choice(names) + "}")
            parts.append(self.chance.choice(["", "-", ".", "${!Literal}"]))
        return "".join(parts)

    def list(self, depth):
        """An expression that gives a list of texts."""
        kind = self.chance.choice(["literal", "literal", "names", "split", "find", "if"])
        if kind == "names":
            return {"Ref": "Names"}
        if kind == "split":
            return {"Fn::Split": [self.chance.choice(["-", ",", "/"]), self.text(depth - 1)]}
        if kind == "find":
            return {"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Zones"]}
        if kind == "if" and self.conditions and depth > 0:
            return {"Fn::If": [self.chance.choice(self.conditions), self.list(depth - 1), self.list(depth - 1)]}
        return [self.text(depth - 1) for _ in range(self.chance.randint(1, 3))]

    def value(self, depth):
        """An expression of any kind."""
        kind = self.chance.choice(["text"] * 6 + ["list", "object", "number", "bool", "find", "absent", "count", "item", "default"])
        if kind == "list":
            return self.list(depth)
        if kind == "object":
            value = {"A": self.text(depth - 1), "B": self.value(depth - 1) if depth > 0 else 1}
            if self.chance.random() < 0.3:
                value["Gone"] = {"Ref": "AWS::NoValue"}
            return value
        if kind == "number":
            return self.chance.choice([0, 1, 900, 1.5])
        if kind == "bool":
            return self.chance.random() < 0.5
        if kind == "find":
            return {"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, self.chance.choice(["Memory", "On"])]}
        if kind == "absent" and self.conditions:
            return {"Fn::If": [self.chance.choice(self.conditions), {"Ref": "AWS::NoValue"}, self.text(depth - 1)]}
        if kind == "count":
            return {"Ref": "Count"}
        if kind == "default":
            key = self.chance.choice(["Name", "Missing"])
            return {"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, key, {"DefaultValue": self.text(depth - 1)}]}
        if kind == "item":
            return [self.text(depth - 1), {"Ref": "AWS::NoValue"}]
        return self.text(depth)

    def condition(self, depth, named):
        if depth <= 0 or self.chance.random() < 0.3:
            return {"Fn::Equals": [self.text(1), self.chance.choice([self.chance.choice(STAGES), self.text(1)])]}
        kind = self.chance.choice(["not", "and", "or", "named"])
        if kind == "named" and named:
            return {"Fn::And": [{"Condition": self.chance.choice(named)}, self.condition(depth - 1, named)]}
        if kind == "not":
            return {"Fn::Not": [self.condition(depth - 1, named)]}
        several = [self.condition(depth - 1, named) for _ in range(self.chance.randint(2, 3))]
        return {"Fn::And": several} if kind == "and" else {"Fn::Or": several}

    def template(self):
        declared, given = self.parameters()
        conditions = {}
        named = []
        for at in range(self.chance.randint(1, 4)):
            # `Fn::If` is not allowed in conditions, so its names are there only afterwards.
            name = f"Condition{at}"
            conditions[name] = self.condition(2, named)
            named.append(name)
        self.conditions = named
        properties = {f"Property{at}": self.value(3) for at in range(6)}
        resource = {"Type": "Custom::Thing", "Properties": properties}
        template = {"Parameters": declared, "Mappings": MAPPINGS, "Conditions": conditions, "Resources": {"Thing": resource}}
        return template, given


def ask(answer):
    try:
        return {"value": answer()}
    except Exception as error:  # whatever moto raises is its answer
        return {"error": f"{type(error).__name__}: {error}"}


def evaluate(template, given, region):
    resources = ResourceMap(
        stack_id="stack", stack_name="stack", parameters=given, tags={}, region_name=region,
        account_id="123456789012", template=json.loads(json.dumps(template)), cross_stack_resources={},
    )
    # A condition that moto cannot evaluate ends the loading, with the others there to ask one by one.
    ask(resources.load)
    conditions = {name: ask(lambda name=name: resources.lazy_condition_map[name]) for name in template["Conditions"]}
    written = template["Resources"]["Thing"]["Properties"]
    properties = {name: ask(lambda value=value: clean_json(value, resources)) for name, value in written.items()}
    return {"conditions": conditions, "properties": properties}


def main():
    chance = random.Random(SEED)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    for number in range(count):
        template, given = Generator(chance).template()
        region = chance.choice(["us-east-1", "eu-west-1"])
        line = {"number": number, "region": region, "template": template, "given": given}
        line.update(evaluate(template, given, region))
        print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
