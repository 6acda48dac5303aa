"""GET /orders/{orderId}: customers see their own orders only."""

import json
import os

import boto3
from aws_lambda_powertools import Logger

logger = Logger()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


@logger.inject_lambda_context(log_event=False)
def handler(event, context):
    customer = event["requestContext"]["authorizer"]["claims"]["sub"]
    order = table.get_item(Key={"orderId": event["pathParameters"]["orderId"]}).get("Item")
    if order is None or order["customer"] != customer:
        return {"statusCode": 404, "body": "{}"}
    return {"statusCode": 200, "body": json.dumps(order, default=str)}
