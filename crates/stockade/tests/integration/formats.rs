//! The formats that other tools read, on one small project; SARIF's rules are in `sarif.rs`.

use crate::run::{DAY, folder, root, stockade};
use camino::{Utf8Path, Utf8PathBuf};
use quick_xml::events::Event;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Two failures of one root, one in a certain case only, one that passes, one that cannot be told; a name that means
/// something in XML, in Markdown and to GitHub.
const TEMPLATE: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Runtime: {Type: String}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
Resources:
  Open:
    Type: AWS::Lambda::Url
    Properties:
      TargetFunctionArn: open
      AuthType: !If [Prod, AWS_IAM, NONE]
  First:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/r
      Runtime: !Ref Runtime
      Environment: {Variables: {API_PASSWORD: hunter2hunter2}}
  Second:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/r
      Runtime: python3.13
      Environment: {Variables: {'PASSWORD <b>`@team`, 50%: #1': hunter2hunter2}}
";

/// The shortest list.
const MINIMUM: &[&str] = &["--profile", "minimum"];

fn project() -> (tempfile::TempDir, Utf8PathBuf) {
    let (guard, path) = folder("template.yaml", TEMPLATE);
    let top = path.parent().unwrap().to_owned();
    std::fs::create_dir(top.join(".git")).unwrap();
    (guard, top)
}

fn printed(folder: &Utf8Path, format: &str, arguments: &[&str]) -> String {
    let arguments = [&["check", "--format", format, "--as-of", DAY], arguments].concat();
    let output = stockade(folder).args(arguments).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn sarif_results_of_a_small_project() {
    let (_guard, top) = project();
    let mut log: Json = serde_json::from_str(&printed(&top, "sarif", MINIMUM)).unwrap();
    let run = log["runs"][0].as_object_mut().unwrap();
    let rules = run["tool"]["driver"]["rules"].take();
    let rule = rules.as_array().unwrap().iter().find(|rule| rule["id"] == "EP-01").unwrap();
    let mut rule = rule.clone();
    let help = rule["help"].take();
    assert!(help["markdown"].as_str().unwrap().contains("## What decides it"));
    assert!(!help["text"].as_str().unwrap().contains(['`', '#', '*']), "{help}");
    run["tool"]["driver"]["rules"] = Json::from(vec![rule]);
    insta::assert_snapshot!(serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn junit_of_a_small_project() {
    let (_guard, top) = project();
    insta::assert_snapshot!(printed(&top, "junit", MINIMUM));
}

#[test]
fn annotations_of_a_small_project() {
    let (_guard, top) = project();
    insta::assert_snapshot!(printed(&top, "github", MINIMUM));
}

#[test]
fn markdown_of_a_small_project() {
    let (_guard, top) = project();
    insta::assert_snapshot!(printed(&top, "markdown", MINIMUM));
}

#[test]
fn verdicts_choose_what_junit_and_markdown_list() {
    let (_guard, top) = project();
    let cases = |arguments: &[&str]| {
        printed(&top, "junit", &[MINIMUM, arguments].concat()).matches("<testcase ").count()
    };
    let [all, fail, unknown, pass] =
        [&[][..], &["--verdicts", "fail"], &["--verdicts", "unknown"], &["--verdicts", "pass"]].map(cases);
    assert!(fail > 0 && unknown > 0 && pass > 0);
    assert_eq!(all, fail + unknown + pass);
    assert!(printed(&top, "markdown", MINIMUM).contains("<summary>Unknown (1)"));
    assert!(
        !printed(&top, "markdown", &["--profile", "minimum", "--verdicts", "fail"])
            .contains("<summary>Unknown")
    );
}

#[test]
fn what_is_accepted_is_no_failure_in_any_format() {
    let (_guard, top) = project();
    let waiver = "      AuthType: !If [Prod, AWS_IAM, NONE] # stockade: waive EP-01 until 2027-03-01 -- a <b>demo</b>\n";
    let text = TEMPLATE.replace("      AuthType: !If [Prod, AWS_IAM, NONE]\n", waiver);
    std::fs::write(top.join("template.yaml"), &text).unwrap();
    let written = |format: &str| printed(&top, format, MINIMUM);
    let (sarif, github) = (written("sarif"), written("github"));
    assert!(!sarif.contains("\"ruleId\": \"EP-01\"") && sarif.contains("\"ruleId\": \"IAM-01\""));
    assert!(!github.contains("EP-01") && github.contains("IAM-01"), "{github}");
    let junit = written("junit");
    let skipped = "are missing for it to be open (when Stage is dev); waived until 2027-03-01: a &lt;b&gt;demo&lt;/b&gt;</skipped>";
    assert!(junit.contains(skipped), "{junit}");
    let markdown = written("markdown");
    assert!(!markdown.contains("EP-01:") && markdown.contains("<summary>Waived (1)</summary>"), "{markdown}");
    assert!(
        markdown.contains("- EP-01 of `Open` until 2027-03-01: a \\<b\\>demo\\<\\/b\\> (`template.yaml:12`)"),
        "{markdown}"
    );
    // What the baseline knows counts no more in any of them.
    stockade(&top).args(["baseline", "update", "--as-of", DAY]).args(MINIMUM).assert().success();
    let counts = |format: &str, what: &str| written(format).matches(what).count();
    assert_eq!(counts("sarif", "\"ruleId\""), 0);
    assert_eq!(counts("github", "::error"), 0);
    assert_eq!(counts("junit", "<failure"), 0);
    assert!(counts("junit", "; known before</skipped>") > 3);
    assert!(written("markdown").starts_with("## Stockade: no new findings\n"));
}

/// Name and attributes of the elements of an XML text, in their order.
fn elements(text: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut elements = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return elements,
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                let attributes = element.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let key = attribute.key.as_ref().to_owned();
                    let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
                    (key, value.unwrap().into_owned())
                });
                elements.push((name, attributes.collect()));
            }
            _ => {}
        }
    }
}

#[test]
fn junit_counts_what_it_holds_and_names_each_test_once() {
    let text = printed(&root(), "junit", &["examples"]);
    let elements = elements(&text);
    let mut names = BTreeSet::new();
    for (at, (name, attributes)) in elements.iter().enumerate() {
        match name.as_str() {
            "testcase" => {
                let class = attributes["classname"].clone();
                assert!(
                    names.insert((class, attributes["name"].clone())),
                    "GitLab drops the second of {attributes:?}"
                );
            }
            "testsuite" => {
                let cases = elements[at + 1..].iter().take_while(|(name, _)| name != "testsuite");
                let count = |kind: &str| cases.clone().filter(|(name, _)| name == kind).count().to_string();
                assert_eq!(attributes["tests"], count("testcase"));
                assert_eq!(attributes["failures"], count("failure"));
                assert_eq!(attributes["skipped"], count("skipped"));
            }
            _ => {}
        }
    }
    assert!(names.len() > 100);
}

#[test]
fn what_xml_cannot_hold_is_replaced() {
    let text = TEMPLATE.replace("API_PASSWORD", "\"API\\x01_PASSWORD\"");
    let (_guard, path) = folder("template.yaml", &text);
    let report = printed(path.parent().unwrap(), "junit", &[]);
    assert!(report.contains("API\u{fffd}_PASSWORD") && !report.contains('\u{1}'), "{report}");
}

#[test]
fn an_input_that_cannot_be_judged_is_said_in_each_format() {
    let (_guard, top) = project();
    std::fs::write(top.join("broken.yaml"), "AWS::X: [\n").unwrap();
    let junit = printed(&top, "junit", MINIMUM);
    assert!(
        junit.contains("errors=\"1\"") && junit.contains("classname=\"input\" name=\"broken.yaml\""),
        "{junit}"
    );
    let github = printed(&top, "github", MINIMUM);
    assert!(github.starts_with("::error file=broken.yaml,line="), "{github}");
    assert!(github.trim_end().ends_with("; 1 input could not be judged"), "{github}");
    let markdown = printed(&top, "markdown", MINIMUM);
    assert!(markdown.contains("**1 input could not be judged:**\n\n- `broken.yaml:"), "{markdown}");
}

/// The open example has more of each level than GitHub shows.
#[test]
fn annotations_are_as_many_as_github_shows_and_the_rest_is_counted() {
    let text = printed(&root(), "github", &["examples/open", "--profile", "regulated"]);
    let count = |level: &str| text.lines().filter(|line| line.starts_with(&format!("::{level} "))).count();
    assert_eq!((count("error"), count("warning"), count("notice")), (10, 10, 10));
    let severity = |line: &str| {
        ["(critical)", "(high)", "(medium)", "(low)"].iter().position(|word| line.contains(word))
    };
    let severities: Vec<usize> = text.lines().filter_map(severity).collect();
    assert!(severities.is_sorted(), "the worst are first");
    let last = text.lines().last().unwrap();
    let numbers: Vec<usize> = last
        .split(|character: char| !character.is_ascii_digit())
        .filter_map(|word| word.parse().ok())
        .collect();
    assert!(last.starts_with("::notice title=Stockade::"), "{last}");
    let (all, annotated, in_log) = (numbers[0], numbers[numbers.len() - 2], numbers[numbers.len() - 1]);
    assert_eq!(all, annotated + in_log, "{last}");
    assert!(in_log > 0);
}

#[test]
fn markdown_fits_a_comment_and_says_what_does_not() {
    let (_guard, top) = project();
    let template = std::fs::read_to_string(root().join("examples/open/reconciliation.yaml")).unwrap();
    for at in 0..120 {
        std::fs::write(top.join(format!("copy{at}.yaml")), &template).unwrap();
    }
    let output = stockade(&top).args(["check", "--format", "markdown", "--as-of", DAY]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let length = text.chars().count();
    assert!(length <= 65_536 && length > 64_000, "{length}");
    assert!(
        text.contains("findings that are left are not shown: a comment holds 65536 characters.**"),
        "{text}"
    );
    assert!(text.contains("\n| family | passed |"), "the scorecard stays");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("note: Markdown: "), "{said}");
}
