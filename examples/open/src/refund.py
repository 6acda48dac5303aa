"""Refunds: from the queue, and from the console of the back office."""

import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def refund(order_id):
    table.update_item(
        Key={"orderId": order_id},
        UpdateExpression="SET payment = :state",
        ExpressionAttributeValues={":state": "refunded"},
    )


def handler(event, context):
    records = event.get("Records") or [event]
    for record in records:
        refund(json.loads(record["body"])["orderId"])
    return {"statusCode": 204}
