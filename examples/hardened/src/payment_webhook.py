"""The payment provider tells what became of a payment; telling it twice changes nothing."""

import json
import os

import boto3
from aws_lambda_powertools import Logger

from payment_key import is_signed

logger = Logger()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


@logger.inject_lambda_context(log_event=False)
def handler(event, context):
    if not is_signed(event["body"], event["headers"].get("X-Signature", "")):
        logger.warning("payment message with a wrong signature")
        return {"statusCode": 403}
    payment = json.loads(event["body"])
    table.update_item(
        Key={"orderId": payment["orderId"]},
        UpdateExpression="SET payment = :state",
        ConditionExpression="attribute_exists(orderId)",
        ExpressionAttributeValues={":state": payment["state"]},
    )
    return {"statusCode": 204}
