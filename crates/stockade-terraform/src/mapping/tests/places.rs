//! Where the statements of a policy stand, whichever way it is written.

use super::*;

/// What is written at the place of the resource of the policy's only statement.
fn written(policy: &str) -> String {
    let hcl = format!(
        "variable \"bucket\" {{ type = string }}\nlocals {{\n  policy = {policy}\n}}\n\
         resource \"aws_iam_policy\" \"p\" {{\n  name   = \"p\"\n  policy = local.policy\n}}\n"
    );
    let lowered = lowered(&hcl);
    let resource = &lowered.resources[0];
    let statements = resource.properties.get("PolicyDocument.Statement");
    let statement = statements.items().first().unwrap_or_else(|| panic!("no statement in {hcl}"));
    let place = statement.get("Resource").origin.place;
    hcl[place.span.start as usize..place.span.end as usize].to_owned()
}

#[test]
fn a_resource_in_a_heredoc_has_its_own_place() {
    let json = |resource: &str| {
        format!(
            "{{\n  \"Statement\": [{{\n    \"Effect\": \"Allow\",\n    \"Action\": \"s3:GetObject\",\n    \"Resource\": {resource}\n  }}]\n}}"
        )
    };
    let object = "\"arn:aws:s3:::b/*\"";
    assert_eq!(written(&format!("<<EOF\n{}\nEOF", json(object))), object);
    let indented = json(object).replace('\n', "\n      ");
    assert_eq!(written(&format!("<<-EOF\n      {indented}\n    EOF")), object);
    // With a name put in, the line is known.
    let symbolic = "\"arn:aws:s3:::${var.bucket}/*\"";
    assert_eq!(written(&format!("<<EOF\n{}\nEOF", json(symbolic))), format!("\"Resource\": {symbolic}"));
    assert_eq!(
        written("jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"*\", Resource = \"arn:x\" }] })"),
        "\"arn:x\""
    );
}

#[test]
fn nothing_is_written_into_a_heredoc() {
    use crate::mapping::raise::is_in_heredoc;
    let text =
        "resource \"a\" \"b\" {\n  policy = <<-EOF\n    {\"Resource\": \"*\"}\n  EOF\n  name = \"x\"\n}\n";
    assert!(is_in_heredoc(&text[..text.find("\"*\"").unwrap()]));
    assert!(!is_in_heredoc(&text[..text.find("\"x\"").unwrap()]));
    assert!(!is_in_heredoc(&text[..text.find("<<").unwrap()]));
}
