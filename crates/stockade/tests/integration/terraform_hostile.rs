//! Terraform that is broken, hostile or huge: what it asks for is refused or bounded, with a message that names the place,
//! and what stands beside it is judged all the same.

use crate::run::{DAY, stockade};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;
use std::fmt::Write as _;
use std::time::Duration;

/// A queue that is judged in a root module of its own beside what is hostile.
const GOOD: &str = "resource \"aws_lambda_function\" \"good\" {\n  function_name = \"good\"\n}\n";

/// The longest that a run may take, in the slowest build on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// A folder with the good module and these files; `bad/main.tf` belongs to the module `bad`.
fn project(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Utf8PathBuf) {
    let guard = tempfile::tempdir().unwrap();
    let folder = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap().join("project");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.parent().unwrap().join("secret.txt"), "secret").unwrap();
    for (name, content) in [("good/main.tf", GOOD.as_bytes())].iter().chain(files) {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    (guard, folder)
}

/// Errors, and notices of what is not evaluated, as lines. A panic, an abort, an end without the good module's findings
/// and a run without end fail.
fn told(folder: &Utf8Path) -> String {
    let output = stockade(folder)
        .args(["check", "--format", "json", "--as-of", DAY, "."])
        .timeout(LIMIT)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some(), "it was killed: {words}");
    assert!(!words.contains("panicked"), "{words}");
    let report: Json =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {words}"));
    let findings = report["findings"].as_array().unwrap();
    let good = |finding: &&Json| finding["deployment"].as_str().unwrap_or_default().starts_with("good");
    assert!(findings.iter().any(|finding| good(&finding)), "the good module is judged: {report:#}");
    let mut out = String::new();
    for (kind, key) in [("error", "errors"), ("notice", "notices")] {
        for one in report[key].as_array().unwrap() {
            let start = &one["location"]["start"];
            let at = if start.is_null() {
                String::new()
            } else {
                format!(":{}:{}", start["line"], start["column"])
            };
            let _ = writeln!(
                out,
                "{kind}: {}{at}: {}",
                one["path"].as_str().unwrap(),
                one["message"].as_str().unwrap()
            );
        }
    }
    out
}

/// What is told of a module of this text beside the good one.
fn told_of(text: &str) -> String {
    let resource = "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q\"\n}\n";
    let (_guard, folder) = project(&[("bad/main.tf", format!("{text}\n{resource}").as_bytes())]);
    told(&folder)
}

macro_rules! tells {
    ($name:ident, $text:expr, @$expected:literal) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(told_of(&$text), @$expected);
        }
    };
}

tells!(a_file_by_its_full_path, "output \"o\" {\n  value = file(\"/etc/passwd\")\n}", @"notice: bad/main.tf:2:11: cannot read `/etc/passwd`: it lies outside of the project");
tells!(a_file_above_the_project, "output \"o\" {\n  value = file(\"../../secret.txt\")\n}", @"notice: bad/main.tf:2:11: cannot read `../../secret.txt`: it lies outside of the project");
tells!(a_template_above_the_project, "output \"o\" {\n  value = templatefile(\"../../secret.txt\", {})\n}", @"notice: bad/main.tf:2:11: cannot read the template `../../secret.txt`: it lies outside of the project");
tells!(a_file_set_of_everything, "output \"o\" {\n  value = fileset(\"/\", \"**\")\n}", @"notice: bad/main.tf:2:11: it lies outside of the project");
tells!(a_hash_of_a_device, "output \"o\" {\n  value = filemd5(\"/dev/zero\")\n}", @"notice: bad/main.tf:2:11: cannot read `/dev/zero`: it lies outside of the project");
tells!(a_range_of_millions, "output \"o\" {\n  value = range(1000000)\n}", @"notice: bad/main.tf:2:11: Terraform refuses this: more than 1024 numbers would be made");
tells!(loops_in_loops, "locals {\n  r = range(1000)\n}\noutput \"o\" {\n  value = [for a in local.r : [for b in local.r : [for c in local.r : a]]]\n}", @"notice: bad/main.tf:5:31: the value holds more than the 250000 items, or as much text, that are evaluated");
tells!(a_product_of_sets, "locals {\n  r = range(1000)\n}\noutput \"o\" {\n  value = setproduct(local.r, local.r, local.r)\n}", @"notice: bad/main.tf:5:11: more than 100000 tuples are not made");
tells!(a_chain_of_locals, chain(10_000, "0", |before| before.to_owned()), @"notice: bad/main.tf:9853:11: names lead to names more than 150 deep");
tells!(a_string_that_doubles, chain(100, "\"laugh\"", |before| format!("\"${{{before}}}${{{before}}}\"")), @"notice: bad/main.tf:22:9: the value holds more than the 250000 items, or as much text, that are evaluated");
tells!(a_list_that_doubles, chain(100, "[\"laugh\"]", |before| format!("[{before}, {before}]")), @"notice: bad/main.tf:19:9: the value holds more than the 250000 items, or as much text, that are evaluated");
tells!(an_object_that_doubles, chain(100, "{ a = 1 }", |before| format!("{{ a = {before}, b = {before} }}")), @"notice: bad/main.tf:19:9: the value holds more than the 250000 items, or as much text, that are evaluated");
tells!(a_list_that_concatenates, chain(100, "[\"laugh\"]", |before| format!("concat({before}, {before})")), @"notice: bad/main.tf:20:9: the value holds more than the 250000 items, or as much text, that are evaluated");
tells!(an_unknown_value_that_doubles, format!("variable \"v\" {{}}\n{}", chain(100, "var.v", |before| format!("replace({before}, {before}, \"x\")"))), @"");
tells!(text_that_is_replaced_by_text, "locals {\n  a = join(\"\", [for i in range(1000) : \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"])\n}\noutput \"o\" {\n  value = replace(local.a, \"a\", local.a)\n}", @"notice: bad/main.tf:5:11: the values of the module are together too large to evaluate");
tells!(a_width_of_a_billion, "output \"o\" {\n  value = format(\"%1000000000d\", 1)\n}", @"notice: bad/main.tf:2:11: a width above 1000 is not written by this version");
tells!(a_power_of_a_power, "output \"o\" {\n  value = pow(pow(10, 300), 300)\n}", @"notice: bad/main.tf:2:11: an infinite result is not computed here");
tells!(a_number_of_a_billion_digits, "output \"o\" {\n  value = 1e1000000000\n}", @"error: bad/main.tf:2:12: invalid HCL: expected newline or eof");
tells!(a_count_of_a_billion, "resource \"aws_sqs_queue\" \"many\" {\n  count = 1000000000\n}", @r"
    notice: bad/main.tf:2:11: the module has more than 20000 resources
    notice: bad/main.tf:4:1: the module has more than 20000 resources
    ");
tells!(a_huge_for_each, "locals {\n  r = range(1000)\n}\nresource \"aws_sqs_queue\" \"many\" {\n  for_each = toset([for p in setproduct(local.r, range(50)) : \"${p[0]}-${p[1]}\"])\n}", @r"
    notice: bad/main.tf:5:14: the module has more than 20000 resources
    notice: bad/main.tf:7:1: the module has more than 20000 resources
    ");
tells!(deep_brackets, format!("output \"o\" {{\n  value = {}1{}\n}}", "[".repeat(100_000), "]".repeat(100_000)), @"error: bad/main.tf:2:259: expressions and blocks are read up to 250 deep, and this one is deeper: take it apart with `locals`");
tells!(deep_operators, format!("output \"o\" {{\n  value = {}true\n}}", "!".repeat(100_000)), @"error: bad/main.tf:2:259: expressions and blocks are read up to 250 deep, and this one is deeper: take it apart with `locals`");
tells!(a_long_sum, format!("output \"o\" {{\n  value = 1{}\n}}", " + 1".repeat(100_000)), @"error: bad/main.tf:2:1005: expressions and blocks are read up to 250 deep, and this one is deeper: take it apart with `locals`");
tells!(deep_templates, format!("output \"o\" {{\n  value = {}x{}\n}}", "\"${".repeat(10_000), "}\"".repeat(10_000)), @"error: bad/main.tf:2:383: expressions and blocks are read up to 250 deep, and this one is deeper: take it apart with `locals`");
tells!(deep_blocks, format!("resource \"aws_sqs_queue\" \"deep\" {{\n{}{}}}", "a {\n".repeat(50_000), "}\n".repeat(50_000)), @"error: bad/main.tf:251:3: expressions and blocks are read up to 250 deep, and this one is deeper: take it apart with `locals`");
tells!(a_regex_of_many_repeats, "output \"o\" {\n  value = regex(\"((a{1000}){1000}){1000}\", \"a\")\n}", @"notice: bad/main.tf:2:11: the pattern `((a{1000}){1000}){1000}` is not evaluated by this version");

/// Locals of which each is made of the one before, and an output of the last.
fn chain(count: usize, first: &str, next: impl Fn(&str) -> String) -> String {
    let mut text = format!("locals {{\n  l0 = {first}\n");
    for at in 1..count {
        let _ = writeln!(text, "  l{at} = {}", next(&format!("local.l{}", at - 1)));
    }
    format!("{text}}}\noutput \"o\" {{\n  value = local.l{}\n}}", count - 1)
}

/// What is told of a project with these files beside the good module.
fn told_of_files(files: &[(&str, &[u8])]) -> String {
    let (_guard, folder) = project(files);
    told(&folder)
}

#[test]
fn modules_that_call_each_other() {
    let a: &[u8] = b"module \"b\" {\n  source = \"../b\"\n}\nresource \"aws_sqs_queue\" \"q\" {}\n";
    let b: &[u8] = b"module \"a\" {\n  source = \"../a\"\n}\n";
    let root: &[u8] = b"module \"a\" {\n  source = \"../a\"\n}\n";
    insta::assert_snapshot!(told_of_files(&[("root/main.tf", root), ("a/main.tf", a), ("b/main.tf", b)]), @"notice: b/main.tf:1:8: Terraform refuses this: module `a` calls itself");
}

#[test]
fn a_module_that_calls_itself_with_other_arguments() {
    let text: &[u8] = b"variable \"n\" {\n  default = 3\n}\nmodule \"again\" {\n  source = \"./\"\n  count = var.n > 0 ? 1 : 0\n  n = var.n - 1\n}\nresource \"aws_sqs_queue\" \"q\" {}\n";
    insta::assert_snapshot!(told_of_files(&[("bad/main.tf", text)]), @"notice: bad/main.tf:4:8: Terraform refuses this: module `again` calls itself");
}

/// Ten modules in a row, each of which calls the next ten times: ten billion instances.
#[test]
fn modules_that_multiply() {
    let call = |at: usize| {
        let calls = (0..10).map(|call| format!("module \"m{call}\" {{\n  source = \"../m{}\"\n  for_each = toset([for i in range(10) : tostring(i)])\n}}\n", at + 1));
        (format!("m{at}/main.tf"), calls.collect::<String>())
    };
    let mut files: Vec<(String, String)> = (0..10).map(call).collect();
    files.push(("m10/main.tf".to_owned(), "resource \"aws_sqs_queue\" \"q\" {}\n".to_owned()));
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let told = told_of_files(&files);
    assert!(
        told.starts_with(
            "notice: m0/main.tf:5:8: module `m1` is not gone into: the root module has more than 20000"
        ),
        "{told}"
    );
}

#[test]
fn text_that_is_not_utf8() {
    insta::assert_snapshot!(told_of_files(&[("bad/main.tf", b"a = \"\xff\"\n")]), @"error: bad/main.tf: cannot read the file: the file is not UTF-8 text");
}

#[test]
fn deep_json() {
    let text =
        format!("{{\"output\": {{\"o\": {{\"value\": {}1{}}}}}}}", "[".repeat(50_000), "]".repeat(50_000));
    insta::assert_snapshot!(told_of_files(&[("bad/main.tf.json", text.as_bytes())]), @"error: bad/main.tf.json:1:153: collections nest more than 128 deep");
}

#[test]
fn deep_templates_in_json() {
    let text = format!(
        "{{\"output\": {{\"o\": {{\"value\": \"${{{}1{}}}\"}}}}}}",
        "(".repeat(50_000),
        ")".repeat(50_000)
    );
    insta::assert_snapshot!(told_of_files(&[("bad/main.tf.json", text.as_bytes())]), @"error: bad/main.tf.json:1:28: expressions and blocks are read up to 250 deep, and this one is deeper: take it apart with `locals`");
}

#[test]
fn a_template_file_of_deep_templates() {
    let template = format!("${{{}1", "(".repeat(50_000));
    let text: &[u8] =
        b"output \"o\" {\n  value = templatefile(\"x.tpl\", {})\n}\nresource \"aws_sqs_queue\" \"q\" {}\n";
    insta::assert_snapshot!(told_of_files(&[("bad/main.tf", text), ("bad/x.tpl", template.as_bytes())]), @"notice: bad/main.tf:2:11: Terraform refuses this: expressions and blocks are read up to 250 deep, and this one is deeper: take it apart with `locals`");
}

#[test]
fn a_file_of_a_hundred_megabytes() {
    let (_guard, folder) = project(&[("bad/main.tf", b"resource \"aws_sqs_queue\" \"q\" {}\n")]);
    std::fs::File::create(folder.join("bad/large.tf")).unwrap().set_len(100 << 20).unwrap();
    insta::assert_snapshot!(told(&folder), @"error: bad/large.tf: cannot read the file: it has more than 4194304 bytes");
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_of_the_project() {
    let text =
        "module \"out\" {\n  source = \"./linked\"\n}\noutput \"o\" {\n  value = file(\"link.txt\")\n}\n";
    let (guard, folder) = project(&[("bad/main.tf", text.as_bytes())]);
    let outside = Utf8Path::from_path(guard.path()).unwrap().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("main.tf"), "resource \"aws_sqs_queue\" \"outside\" {}\n").unwrap();
    std::fs::write(outside.join("secret.txt"), "secret").unwrap();
    std::os::unix::fs::symlink(&outside, folder.join("bad/linked")).unwrap();
    std::os::unix::fs::symlink(outside.join("secret.txt"), folder.join("bad/link.txt")).unwrap();
    std::os::unix::fs::symlink(outside.join("main.tf"), folder.join("bad/linked.tf")).unwrap();
    insta::assert_snapshot!(told(&folder), @r"
    error: bad/linked: cannot read the folder: it lies outside of the project
    error: bad/linked.tf: cannot read the file: it lies outside of the project
    notice: bad/main.tf:5:11: cannot read `link.txt`: it lies outside of the project
    ");
}

#[cfg(unix)]
#[test]
fn files_that_are_none() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_guard, folder) =
        project(&[("bad/main.tf", b"resource \"aws_sqs_queue\" \"q\" {}\n"), ("bad/closed.tf", b"")]);
    let made = std::process::Command::new("mkfifo").arg(folder.join("bad/pipe.tf")).status().unwrap();
    assert!(made.success());
    std::os::unix::fs::symlink("/dev/zero", folder.join("bad/zero.tf")).unwrap();
    let closed = folder.join("bad/closed.tf");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads what nobody may.
    if std::fs::read(&closed).is_ok() {
        std::fs::remove_file(&closed).unwrap();
    } else {
        assert!(told(&folder).contains("closed.tf: cannot read the file: permission denied"));
        std::fs::remove_file(&closed).unwrap();
    }
    insta::assert_snapshot!(told(&folder), @r"
    error: bad/pipe.tf: cannot read the file: it is no file
    error: bad/zero.tf: cannot read the file: it lies outside of the project
    ");
}
