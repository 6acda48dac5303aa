//! AWS Signer.

use super::row::{Row, TAGS, Target, block, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_signer_signing_profile",
    target: Target::Resource("AWS::Signer::SigningProfile"),
    words: &[
        same("name", "ProfileName"),
        same("platform_id", "PlatformId"),
        block(
            "signature_validity_period",
            "SignatureValidityPeriod",
            &[same("type", "Type"), same("value", "Value")],
        ),
        TAGS,
    ],
    attributes: &[
        ("arn", "Arn"),
        ("name", "ProfileName"),
        ("id", "ProfileName"),
        ("version", "ProfileVersion"),
        ("version_arn", "ProfileVersionArn"),
    ],
    finish: None,
}];
