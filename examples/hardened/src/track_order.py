"""The page behind the link in the order mail."""

import html
import os
import re

import boto3
from aws_lambda_powertools import Logger

logger = Logger()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
ORDER = re.compile(r"[0-9a-f-]{36}")


@logger.inject_lambda_context(log_event=False)
def handler(event, context):
    order = event["rawPath"].rsplit("/", 1)[-1]
    if not ORDER.fullmatch(order):
        return {"statusCode": 404, "body": "not found"}
    state = table.get_item(Key={"orderId": order}).get("Item", {}).get("state", "not found")
    page = f"<h1>Order {html.escape(order)}</h1><p>{html.escape(state)}</p>"
    return {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": page}
