"""An uploaded invoice is checked and archived. It stays in memory: nothing of it is left in /tmp."""

import os

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent

logger = Logger()
s3 = boto3.client("s3")
once = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])
by_event = IdempotencyConfig(event_key_jmespath="id")
LARGEST = 10 * 1024 * 1024


@logger.inject_lambda_context(log_event=False)
@idempotent(persistence_store=once, config=by_event)
def handler(event, context):
    upload = event["detail"]["object"]
    if upload["size"] > LARGEST:
        raise ValueError("the upload is too large for an invoice")
    found = s3.get_object(Bucket=event["detail"]["bucket"]["name"], Key=upload["key"])
    invoice = found["Body"].read()
    if not invoice.startswith(b"%PDF-"):
        raise ValueError("the upload is no PDF file")
    s3.put_object(
        Bucket=os.environ["ARCHIVE_BUCKET"],
        Key=f"invoices/{upload['key']}",
        Body=invoice,
        ContentType="application/pdf",
        ChecksumAlgorithm="SHA256",
    )
    logger.info("invoice archived", size=len(invoice))
    return {"archived": True}
