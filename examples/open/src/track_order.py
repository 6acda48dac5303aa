"""The page behind the link in the order mail."""

import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event, context):
    order = event["rawPath"].rsplit("/", 1)[-1]
    item = table.get_item(Key={"orderId": order}).get("Item", {})
    page = f"<h1>Order {order}</h1><p>{item.get('state', 'not found')}</p>"
    return {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": page}
