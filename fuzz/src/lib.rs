//! What each fuzz target does with its bytes. None of it may panic, overflow the stack or run without end.

use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use stockade_cfn::{Assignment, Environment, Expr, Scope, Template, cycles, is_template, tag_meaning};
use stockade_check::{Request, exit_code};
use stockade_iam::{Budget, Catalogue, CompiledPolicy, Estate, PolicyDocument, PolicyType, Proof};
use stockade_model::{Outcome, Profile};
use stockade_report::Listed;
use stockade_syntax::{Data, Document, FileId, Node, Source, parse, remove_entry};

/// Reads bytes as YAML; every place of the tree lies in the text, and each entry can be taken out.
pub fn yaml(bytes: &[u8]) {
    read("a.yaml", bytes, |source, document| {
        each(&document.root, &mut |node| {
            assert!(source.text.get(node.span.range()).is_some(), "a span outside of the text");
            for entry in node.entries() {
                assert!(source.text.get(entry.key_span.range()).is_some(), "a key outside of the text");
                let _ = remove_entry(document, source, entry.value.span);
            }
        });
    });
}

/// Reads bytes as JSON; what is read is written back to the same tree.
pub fn json(bytes: &[u8]) {
    read("a.json", bytes, |source, document| {
        each(&document.root, &mut |node| {
            assert!(source.text.get(node.span.range()).is_some(), "a span outside of the text")
        });
        let _ = Expr::from_node(document.file, &document.root).to_json();
    });
}

/// Reads a template, transforms it and evaluates every resource.
pub fn template(bytes: &[u8]) {
    read("a.template", bytes, |_, document| {
        if !is_template(document) {
            return;
        }
        let Ok(template) = Template::read(document) else { return };
        let context = stockade_sam::Context { region: "us-east-1", partition: "aws", parameter: &|_| None };
        let transformed = stockade_sam::transform(&stockade_sam::package(&template), &context).template;
        for template in [&template, &transformed] {
            let environment = Environment::of_region("us-east-1");
            let assignment = Assignment::default();
            let scope = Scope::root(template, &environment, &assignment);
            for declaration in template.resources.values() {
                let _ = scope.evaluate(&declaration.body);
            }
            let _ = cycles(template);
        }
    });
}

/// A whole run over a folder with the template in it, reported in every format.
pub fn check(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let Ok(path) = Utf8PathBuf::from_path_buf(folder.path().join("template.yaml")) else { return };
    if std::fs::write(&path, bytes).is_err() {
        return;
    }
    let request = Request {
        profile: Some(Profile::Regulated),
        ..Request::new(vec![path], jiff::civil::date(2026, 11, 24))
    };
    let report = stockade_check::check(&request);
    let listed = Listed(vec![Outcome::Fail, Outcome::Unknown, Outcome::Pass]);
    let _ = (stockade_report::text(&report, &listed), stockade_report::json(&report, &listed));
    let _ = exit_code(&report);
}

/// The most steps that a question of the fuzzer may take.
const STEPS: u64 = 20_000;

/// Reads a policy or a JSON text with policies: lints it as every type, compiles it, and asks it all questions. Of a text
/// in lines, as `stockade policy batch` reads them, each line. Parts named as in a query take their roles.
pub fn policy(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for policy_type in
        [PolicyType::Identity, PolicyType::Resource, PolicyType::Trust, PolicyType::ServiceControl]
    {
        let _ = stockade_iam::lint(text, policy_type, Catalogue::built_in());
    }
    ask(&PolicyDocument::parse(text), None);
    for line in text.lines() {
        let Ok(query) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let part = |name: &str| query.get(name).map(PolicyDocument::from_json);
        for (policy, other) in [(part("new"), part("existing")), (part("policy"), None)] {
            if let Some(policy) = policy {
                ask(&policy, other.as_ref());
            }
        }
        if let Some(Ok(estate)) = query.get("estate").map(Estate::read) {
            let first = estate.principals().next().cloned().unwrap_or_default();
            let _ = (estate.escalate(&first), estate.blast_radius(&first), estate.effective_admin(&first));
        }
        let name = |field: &str| query.get(field).and_then(serde_json::Value::as_str).unwrap_or_default();
        let _ = stockade_iam::event_action(Catalogue::built_in(), name("event_source"), name("event_name"));
    }
}

fn ask(document: &PolicyDocument, other: Option<&PolicyDocument>) {
    let Ok(policy) = CompiledPolicy::new(document) else { return };
    let existing = other.and_then(|other| CompiledPolicy::new(other).ok());
    for policy_type in [PolicyType::Identity, PolicyType::Resource] {
        let same = stockade_iam::compare(&policy, &policy, policy_type, Budget::new(STEPS));
        assert!(!matches!(same, Proof::Some(_)), "a policy grants more than itself");
        if let Some(existing) = &existing {
            let _ = stockade_iam::compare(existing, &policy, policy_type, Budget::new(STEPS));
        }
        let _ = stockade_iam::grants(&policy, &["s3:Get*".into()], &[], policy_type, Budget::new(STEPS));
    }
    let _ = stockade_iam::public(&policy, None, Some("111111111111"), None, Budget::new(STEPS));
    let _ = stockade_iam::findings(document, None, Some("111111111111"), Budget::new(STEPS));
}

/// A run with the bytes as `stockade.toml`, and as the baseline file.
pub fn configuration(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let Ok(root) = Utf8PathBuf::from_path_buf(folder.path().to_owned()) else { return };
    let template = "Resources:\n  Fn: # stockade: waive CC-01 -- reason\n    Type: AWS::Lambda::Function\n    Properties: {Runtime: nodejs16.x}\n";
    let files: [(&str, &[u8]); 3] = [
        ("stockade.toml", bytes),
        (".stockade-baseline.json", bytes),
        ("template.yaml", template.as_bytes()),
    ];
    if files.iter().any(|(name, bytes)| std::fs::write(root.join(name), bytes).is_err()) {
        return;
    }
    let report = stockade_check::check(&Request::new(vec![root], jiff::civil::date(2026, 11, 24)));
    let _ = stockade_report::text(&report, &Listed::default());
    let _ = exit_code(&report);
}

/// The stack of the thread that evaluates a module, as in a run.
const STACK: usize = 256 << 20;

/// Reads bytes as a module in each syntax of Terraform, evaluates it as a root module that may call itself, and maps its
/// resources.
pub fn terraform(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = stockade_terraform::variable_of_text(text);
    std::thread::scope(|scope| {
        let run = || {
            for name in ["main.tf", "main.tf.json"] {
                let module = InMemory { name, text };
                let inputs = stockade_terraform::Inputs::default();
                let evaluated = stockade_terraform::evaluate(Utf8Path::new("root"), &module, &inputs);
                let _ = stockade_terraform::lower(&evaluated);
            }
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        if let Ok(Err(panic)) = thread.map(std::thread::ScopedJoinHandle::join) {
            std::panic::resume_unwind(panic);
        }
    });
}

/// One file of that name and text in each folder.
struct InMemory<'t> {
    name: &'static str,
    text: &'t str,
}

impl stockade_terraform::Sources for InMemory<'_> {
    fn list(&self, _: &Utf8Path) -> Result<Vec<String>, String> {
        Ok(vec![self.name.to_owned()])
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, String> {
        Ok(Arc::new(Source::new(FileId(0), path.as_str(), self.text)))
    }

    fn bytes(&self, _: &Utf8Path) -> Result<Vec<u8>, String> {
        Ok(self.text.as_bytes().to_vec())
    }

    fn below(&self, _: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        Ok(vec![self.name.into()])
    }

    fn module(&self, folder: &Utf8Path) -> Arc<stockade_terraform::Module> {
        Arc::new(stockade_terraform::Module::read(folder, self))
    }
}

fn read(name: &str, bytes: &[u8], then: impl Fn(&Source, &Document)) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = Source::new(FileId(0), name, text);
    if let Ok(document) = parse(&source, tag_meaning) {
        then(&source, &document);
    }
}

fn each(node: &Node, visit: &mut dyn FnMut(&Node)) {
    visit(node);
    match &node.data {
        Data::Sequence(items) => items.iter().for_each(|item| each(item, visit)),
        Data::Mapping(entries) => entries.iter().for_each(|entry| each(&entry.value, visit)),
        _ => {}
    }
}
