"""The payment provider tells what became of a payment."""

import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event, context):
    payment = json.loads(event["body"])
    table.update_item(
        Key={"orderId": payment["orderId"]},
        UpdateExpression="SET payment = :state",
        ExpressionAttributeValues={":state": payment["state"]},
    )
    return {"statusCode": 204}
