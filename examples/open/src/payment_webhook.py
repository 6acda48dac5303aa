"""The payment provider tells what became of a payment; every hour it is asked for what it did not tell."""

import json
import os
import urllib.request

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def store(payment):
    table.update_item(
        Key={"orderId": payment["orderId"]},
        UpdateExpression="SET payment = :state",
        ExpressionAttributeValues={":state": payment["state"]},
    )


def missed():
    request = urllib.request.Request(
        "https://pay.example.com/payments?since=1h",
        headers={"Authorization": f"Bearer {os.environ['PROVIDER_TOKEN']}"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def handler(event, context):
    for payment in [json.loads(event["body"])] if "body" in event else missed():
        store(payment)
    return {"statusCode": 204}
