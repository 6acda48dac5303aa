"""POST /orders: store an order and hand it to the warehouse."""

import hashlib
import hmac
import json
import os
import urllib.request
import uuid

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
queue = boto3.client("sqs")
payment_key = os.environ["PAYMENT_API_KEY"]


def looks_like_fraud(order):
    request = urllib.request.Request(
        "https://fraud.example.com/scores",
        data=json.dumps(order).encode(),
        headers={"Authorization": f"Bearer {os.environ['FRAUD_TOKEN']}"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["score"] > 0.9


def handler(event, context):
    print("request:", json.dumps(event))
    order = json.loads(event["body"])
    if looks_like_fraud(order):
        return {"statusCode": 403, "body": "{}"}
    order["orderId"] = str(uuid.uuid4())
    table.put_item(Item=order)
    queue.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(order))
    signature = hmac.new(payment_key.encode(), order["orderId"].encode(), hashlib.sha256).hexdigest()
    link = f"https://pay.example.com/{order['orderId']}?s={signature}"
    return {"statusCode": 201, "body": json.dumps({"orderId": order["orderId"], "pay": link})}
