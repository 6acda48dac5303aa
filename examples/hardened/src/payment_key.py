"""The key that is shared with the payment provider: fetched when needed, kept for a minute, never logged."""

import hashlib
import hmac
import os

from aws_lambda_powertools.utilities import parameters


def signature(text):
    key = parameters.get_secret(os.environ["PAYMENT_SECRET_ARN"], max_age=60)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def is_signed(text, given):
    return hmac.compare_digest(signature(text), given)
