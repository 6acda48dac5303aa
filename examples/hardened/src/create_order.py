"""POST /orders: store an order and hand it to the warehouse, once per Idempotency-Key."""

import datetime
import json
import os
import uuid

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent

from payment_key import signature

logger = Logger()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
queue = boto3.client("sqs")
once = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])
by_key = IdempotencyConfig(event_key_jmespath='[requestContext.authorizer.claims.sub, headers."Idempotency-Key"]')


@logger.inject_lambda_context(log_event=False)
@idempotent(persistence_store=once, config=by_key)
def handler(event, context):
    wanted = json.loads(event["body"])
    order = {
        "orderId": str(uuid.uuid4()),
        "customer": event["requestContext"]["authorizer"]["claims"]["sub"],
        "mail": wanted["mail"],
        "items": wanted["items"],
        "state": "accepted",
        "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
    table.put_item(Item=order)
    queue.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(order))
    logger.info("order accepted", order_id=order["orderId"])
    link = f"https://pay.example.com/{order['orderId']}?s={signature(order['orderId'])}"
    return {"statusCode": 201, "body": json.dumps({"orderId": order["orderId"], "pay": link})}
