//! Imports from other templates of the same project.

use crate::run::judge;
use camino::Utf8PathBuf;
use stockade_model::Outcome;

const IMPORTER: &str = "Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: !ImportValue runtime
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/orders
      Code: {ZipFile: 'def handler(event, context): return {}'}
";

fn outcome(exporters: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    std::fs::write(root.join("importer.yaml"), IMPORTER).unwrap();
    for (at, exporter) in exporters.iter().enumerate() {
        std::fs::write(root.join(format!("exporter{at}.yaml")), exporter).unwrap();
    }
    let report = judge(&[&root]);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let finding = report.findings.iter().find(|finding| finding.control == "RT-01").unwrap();
    finding.verdict.outcome
}

fn exporter(value: &str, more: &str) -> String {
    format!(
        "Parameters: {{Stage: {{Type: String, Default: dev}}}}
Conditions: {{IsDev: !Equals [!Ref Stage, dev]}}
Resources: {{Q: {{Type: AWS::SQS::Queue}}}}
Outputs:
  Runtime: {{Value: {value}, Export: {{Name: runtime}}{more}}}
"
    )
}

#[test]
fn an_import_is_what_the_one_exporter_of_the_project_exports() {
    assert_eq!(outcome(&[]), Outcome::Unknown);
    assert_eq!(outcome(&[&exporter("python3.8", "")]), Outcome::Fail);
    assert_eq!(outcome(&[&exporter("python3.13", "")]), Outcome::Pass);
}

#[test]
fn what_may_differ_when_it_is_deployed_stays_unknown() {
    assert_eq!(outcome(&[&exporter("!Ref Stage", "")]), Outcome::Unknown);
    assert_eq!(outcome(&[&exporter("!Ref Q", "")]), Outcome::Unknown);
    assert_eq!(outcome(&[&exporter("python3.8", ", Condition: IsDev")]), Outcome::Unknown);
    // Two exporters of one name: it cannot be told which is deployed.
    assert_eq!(outcome(&[&exporter("python3.8", ""), &exporter("python3.8", "")]), Outcome::Unknown);
}
