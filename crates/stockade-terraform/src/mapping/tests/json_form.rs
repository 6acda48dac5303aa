//! The JSON form of the language, which takes one object for one nested block.

use super::*;

#[test]
fn one_object_is_one_block() {
    let lowered = lowered_file(
        "main.tf.json",
        r#"{
          "variable": {"groups": {"type": "set(string)", "default": ["a", "b"]}},
          "data": {"aws_iam_policy_document": {"send": {"statement": {
            "actions": ["sqs:SendMessage"],
            "resources": ["*"],
            "condition": {"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}
          }}}},
          "resource": {
            "aws_s3_bucket": {"uploads": {}},
            "aws_s3_bucket_notification": {"uploads": {
              "bucket": "${aws_s3_bucket.uploads.id}",
              "lambda_function": {"lambda_function_arn": "arn:f", "events": ["s3:ObjectCreated:*"]}
            }},
            "aws_security_group": {"open": {
              "for_each": "${var.groups}",
              "egress": {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}
            }, "both": {
              "dynamic": {"egress": {
                "for_each": [80],
                "content": {"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["10.0.0.0/8"]}
              }},
              "egress": {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}
            }},
            "aws_sqs_queue_policy": {"q": {
              "queue_url": "u",
              "policy": "${data.aws_iam_policy_document.send.json}"
            }}
          }
        }"#,
    );
    assert!(shown(&lowered, "aws_s3_bucket.uploads").contains(r#""Function":"arn:f""#));
    assert!(shown(&lowered, r#"aws_security_group.open["b"]"#).contains(r#""CidrIp":"0.0.0.0/0""#));
    let both = shown(&lowered, "aws_security_group.both");
    assert!(both.contains("0.0.0.0/0") && both.contains("10.0.0.0/8"), "{both}");
    let policy = shown(&lowered, "aws_sqs_queue_policy.q");
    assert!(policy.contains(r#""Action":["sqs:SendMessage"]"#), "{policy}");
    assert!(policy.contains("aws:SecureTransport"), "{policy}");
}
