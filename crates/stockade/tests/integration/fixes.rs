//! Applying a control's fix and judging again clears the finding, and changes nothing else.

use crate::run::{folder, judge};
use std::collections::BTreeSet;
use stockade_controls::CONTROLS;
use stockade_model::{Applicability, FileEdit, Outcome};
use stockade_syntax::apply;

/// Controls that no edit can mend, each for the reason that its page gives.
const WITHOUT_EDITS: [(&str, &str); 23] = [
    ("CI-04", "which repository may deploy is not in the template"),
    ("EP-02", "a URL can go only after its callers have moved, and its address never comes back"),
    ("IAM-02", "what the function needs is not in the template"),
    ("IAM-03", "what the function needs is not in the template"),
    ("IAM-04", "which resources are meant is not in the statement"),
    ("IAM-05", "what the function needs is not in the template"),
    ("IAM-11", "which of the permissions the function can do without is not in the template"),
    ("IAM-12", "which role is meant is not in the statement"),
    ("IAM-13", "which resources are meant is not in the statement"),
    ("IAM-14", "which keys are meant is not in the statement"),
    ("IAM-15", "what others need of the role is not in the template"),
    ("IAM-16", "what the function needs is not in the template"),
    ("IAM-17", "who invokes the function is not in the template"),
    ("IAM-21", "whose the account is is not in the template"),
    ("IAM-22", "who uses the layer is not in the template"),
    ("IAM-24", "which action is meant is not in the statement"),
    ("NW-01", "which subnets and security groups is the project's to say"),
    ("RL-16", "who needs the queue is not in the template"),
    ("RL-17", "who needs the topic or bus is not in the template"),
    ("SC-06", "who pulls is not in the template"),
    ("SC-11", "somebody must read what the layer holds and publish it from the own account"),
    ("SE-12", "who reads the secret is not in the template"),
    ("SE-15", "who uses the key is not in the template"),
];

#[test]
fn a_fix_clears_its_finding() {
    for control in CONTROLS.iter() {
        let page = control.page();
        let id = page.row.id;
        let mut mended = 0;
        for fixture in page.fixtures(control.text()).iter().filter(|fixture| fixture.outcome == Outcome::Fail)
        {
            let (_guard, path) = folder(fixture.name, &fixture.text);
            // One finding at a time: mending one may clear others, as the second user of a shared role.
            for _ in 0..8 {
                let report = judge(&[&path]);
                let failing = |outcome: Outcome| outcome == Outcome::Fail;
                let findings = report.findings.iter();
                let finding = findings.clone().find(|finding| {
                    let fixable =
                        finding.fix.as_ref().is_some_and(|fix| fix.applicability != Applicability::Display);
                    finding.control == id && failing(finding.verdict.outcome) && fixable
                });
                let Some(finding) = finding else { break };
                let edits: Vec<_> = finding
                    .fix
                    .iter()
                    .flat_map(|fix| &fix.edits)
                    .map(|FileEdit { edit, .. }| edit.clone())
                    .collect();
                assert!(!edits.is_empty(), "{id}: a fix without edits");
                let before = std::fs::read_to_string(&path).unwrap();
                let after = apply(&before, &edits).unwrap();
                std::fs::write(&path, &after).unwrap();
                let again = judge(&[&path]);
                assert!(again.problems.is_empty(), "{id}: {:?}\n{after}", again.problems);
                let open: BTreeSet<_> = again
                    .findings
                    .iter()
                    .filter(|other| other.control == id && failing(other.verdict.outcome))
                    .map(|other| other.verdict.subject.clone())
                    .collect();
                assert!(
                    !open.contains(&finding.verdict.subject),
                    "{id}: still failing after the fix:\n{after}"
                );
                // Every line that was there is still there, but for those that the edits touch.
                let kept = before.lines().filter(|line| after.lines().any(|other| other == *line)).count();
                assert!(kept + edits.len() >= before.lines().count(), "{id}: the fix lost lines:\n{after}");
                mended += 1;
            }
        }
        if let Some((_, reason)) = WITHOUT_EDITS.iter().find(|(without, _)| *without == id) {
            assert_eq!(mended, 0, "{id} has an edit although {reason}");
            continue;
        }
        assert!(mended > 0, "{id}: no fixture has a fix that can be applied");
    }
}

/// An event gives the bucket its first property; what a fix adds is still written at the bucket.
#[test]
fn a_fix_is_written_at_a_resource_whose_properties_sam_made() {
    let text = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Uploads:
    Type: AWS::S3::Bucket
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Uploads
      PolicyDocument:
        Statement: {Effect: Allow, Principal: '*', Action: s3:PutObject, Resource: !Sub '${Uploads.Arn}/*'}
  Resize:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      Events:
        Upload: {Type: S3, Properties: {Bucket: !Ref Uploads, Events: 's3:ObjectCreated:*'}}
";
    let (_guard, path) = folder("template.yaml", text);
    let report = judge(&[&path]);
    let finding = report.findings.iter().find(|finding| finding.control == "DG-11").unwrap();
    assert_eq!(finding.verdict.outcome, Outcome::Fail);
    let edits: Vec<_> = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.edit.clone()).collect();
    let after = apply(text, &edits).unwrap();
    let mended = "    Type: AWS::S3::Bucket\n    Properties:\n      PublicAccessBlockConfiguration:\n";
    assert!(after.contains(mended), "{after}");
}
