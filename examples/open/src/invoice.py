"""An uploaded invoice is checked and filed."""

import urllib.parse

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        target = f"/tmp/{key.rsplit('/', 1)[-1]}"
        s3.download_file(bucket, key, target)
        with open(target, "rb") as invoice:
            if not invoice.read(5) == b"%PDF-":
                raise ValueError(f"{key} is no PDF file")
        s3.copy_object(Bucket=bucket, Key=f"filed/{key}", CopySource={"Bucket": bucket, "Key": key})
