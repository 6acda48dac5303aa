//! What the documentation says of the language that is newer than the binary that `cargo xtask conformance terraform` runs,
//! and what that binary, Terraform 1.0.3, gives where we once gave something else.

use super::*;
use crate::functions::call;
use camino::Utf8PathBuf;
use stockade_syntax::FileId;

/// A root module of one file.
struct OneFile(&'static str);

impl Sources for OneFile {
    fn list(&self, _: &Utf8Path) -> Result<Vec<String>, String> {
        Ok(vec!["main.tf".to_owned()])
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, String> {
        Ok(Arc::new(Source::new(FileId(0), path.as_str(), self.0)))
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, String> {
        Err(format!("there is no file `{path}`"))
    }

    fn below(&self, _: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        Ok(Vec::new())
    }

    fn module(&self, folder: &Utf8Path) -> Arc<Module> {
        Arc::new(Module::read(folder, self))
    }
}

impl crate::ModuleFiles for OneFile {
    fn module_path(&self) -> &Utf8Path {
        Utf8Path::new(".")
    }

    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, String> {
        self.bytes(path)
    }

    fn list(&self, path: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        self.below(path)
    }
}

/// The JSON of the output `o` and what is told.
fn output(text: &'static str) -> (String, Vec<String>) {
    let files = OneFile(text);
    let mut evaluated = evaluate(Utf8Path::new(""), &files, &Inputs::default());
    let told = evaluated.diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect();
    let value = evaluated.outputs.remove("o").unwrap();
    let json = call("jsonencode", vec![value], Origin::at(Place::default()), &files).unwrap();
    (json.to_text().unwrap().to_string(), told)
}

fn gives(text: &'static str, json: &str) {
    let (found, told) = output(text);
    assert_eq!(found, json, "{told:?}");
    assert_eq!(told, Vec::<String>::new());
}

/// <https://developer.hashicorp.com/terraform/language/expressions/type-constraints#optional-object-type-attributes>:
/// a default counts where the attribute is left out or null, within the object that it belongs to first.
#[test]
fn optional_attributes_have_defaults() {
    gives(
        r#"
        variable "sites" {
          type = list(object({
            name    = string
            enabled = optional(bool, true)
            website = optional(object({
              index = optional(string, "index.html")
              error = optional(string, "error.html")
              rules = optional(string)
            }), {})
          }))
          default = [
            { name = "a", website = { rules = "r" } },
            { name = "b", enabled = false },
            { name = "c", enabled = null, website = { index = "i.txt", error = null } },
            { name = "d", website = null },
          ]
        }
        output "o" { value = var.sites }
        "#,
        concat!(
            r#"[{"enabled":true,"name":"a","website":{"error":"error.html","index":"index.html","rules":"r"}},"#,
            r#"{"enabled":false,"name":"b","website":{"error":"error.html","index":"index.html","rules":null}},"#,
            r#"{"enabled":true,"name":"c","website":{"error":"error.html","index":"i.txt","rules":null}},"#,
            r#"{"enabled":true,"name":"d","website":{"error":"error.html","index":"index.html","rules":null}}]"#,
        ),
    );
    gives(
        r#"
        variable "v" {
          type    = map(object({ size = optional(number, 3), tags = optional(list(string)) }))
          default = { a = {}, b = { size = "4", tags = [1] } }
        }
        output "o" { value = var.v }
        "#,
        r#"{"a":{"size":3,"tags":null},"b":{"size":4,"tags":["1"]}}"#,
    );
}

/// <https://developer.hashicorp.com/terraform/language/values/variables#disallowing-null-input-values>.
#[test]
fn a_variable_that_is_not_nullable_takes_its_default_for_null() {
    let text = r#"
        module "m" {
          source = "./"
        }
        variable "v" {
          type     = string
          default  = "d"
          nullable = false
        }
        output "o" { value = var.v }
    "#;
    let files = OneFile(text);
    let null = Value::null(Origin::at(Place::default()));
    let inputs = Inputs { variables: [("v".into(), null)].into(), ..Inputs::default() };
    let evaluated = evaluate(Utf8Path::new(""), &files, &inputs);
    assert_eq!(evaluated.outputs["o"].as_str(), Some("d"));
}

/// <https://developer.hashicorp.com/terraform/language/validate#input-variable-validation>: since 1.9 a condition refers
/// to more than its own variable.
#[test]
fn a_condition_refers_to_other_variables() {
    let (value, told) = output(
        r#"
        variable "least" { default = 5 }
        variable "most" {
          default = 3
          validation {
            condition     = var.most >= var.least
            error_message = "most is below least"
          }
        }
        output "o" { value = var.most }
        "#,
    );
    assert_eq!(value, "3");
    assert_eq!(
        told,
        ["Terraform refuses this: the value of variable `most` is not valid by its own condition"]
    );
    gives(
        r#"
        variable "least" { default = 2 }
        variable "most" {
          default = 3
          validation {
            condition     = var.most >= var.least
            error_message = "most is below least"
          }
        }
        output "o" { value = var.most }
        "#,
        "3",
    );
}

/// <https://developer.hashicorp.com/terraform/language/functions/one> and
/// <https://developer.hashicorp.com/terraform/language/functions/templatestring> (1.9).
#[test]
fn newer_functions_in_expressions() {
    gives(
        r#"output "o" { value = [one([]), one(["a"]), one(toset([1])), can(one([1, 2]))] }"#,
        r#"[null,"a",1,false]"#,
    );
    gives(
        r#"
        locals { template = "Hello, $${name}!%%{ if big } How big.%%{ endif }" }
        output "o" { value = templatestring(local.template, { name = "Ann", big = true }) }
        "#,
        r#""Hello, Ann! How big.""#,
    );
    gives(
        r#"output "o" { value = [startswith("abc", "ab"), endswith("abc", "ab"), strcontains("abc", "b")] }"#,
        "[true,false,true]",
    );
}

/// <https://developer.hashicorp.com/terraform/language/functions#provider-defined-functions> (1.8): their value is the
/// provider's.
#[test]
fn functions_of_providers_are_not_known() {
    let (value, told) = output(
        r#"output "o" { value = [1, try(provider::aws::arn_parse("arn:aws:iam::1:role/x").service, "wrong")] }"#,
    );
    assert_ne!(value, r#"[1,"wrong"]"#);
    assert_eq!(told, ["`provider::aws::arn_parse` is computed by its provider, which is not run"]);
}

/// Each folder of [`OneFile`] has the module that calls the one below.
#[test]
fn modules_within_modules_end() {
    let (_, told) = output("module \"m\" {\n  source = \"./inner\"\n}\noutput \"o\" {\n  value = 1\n}\n");
    assert_eq!(told, ["module `m` is not gone into: modules call modules more than 64 deep here"]);
}

/// An expression and the JSON of its value in Terraform 1.0.3; `refused` if it has none.
#[test]
fn values_that_once_were_others() {
    let cases = [
        // The type of an empty list counts, and that of a branch that is not taken.
        (r#"concat(tolist([7, 0.2]), regexall("[A-Z]", ""))"#, r#"["7","0.2"]"#),
        (r#"concat((false ? ["a", ""] : []), ("0" ? [] : [1, -1]))"#, r#"["1","-1"]"#),
        (r#"concat(csvdecode("a\n"), tolist([1]), tolist(["x"]))"#, r#"[1,"x"]"#),
        (r#"toset(regexall("x", "-")) == toset(setintersection(["a"], ["b"]))"#, "true"),
        (r#"false ? [for v in ["a", null] : "${v}."] : range(2, 8, 16)"#, r#"["2"]"#),
        (r#"can(1) ? 65535 : (length([uuidv5("/", "a")]) == 2) ? "12" : 0.1"#, r#""65535""#),
        // A bare null is of the type of the other branch, and beside lists and objects leaves the type open.
        (r#"can(tonumber(false ? [] : null))"#, "false"),
        (r#"true ? [1, null] : ["a"]"#, r#"["1",null]"#),
        (r#"try((false ? { c = ["x"], a = true } : { b = null }), "refused")"#, r#""refused""#),
        (r#"coalesce(concat(tolist([0.2])), null, coalescelist(["x"], [1]))"#, "[0.2]"),
        (r#"tomap({ a = null, b = [1] })"#, r#"{"a":null,"b":[1]}"#),
        (r#"try(tolist([null, ["a"]]), "refused")"#, r#""refused""#),
        (r#"try(setproduct([], [["a"], 1]), "refused")"#, r#""refused""#),
        (r#"try(merge(tomap({ a = 1 }), (false ? 2 : null)), "refused")"#, r#""refused""#),
        (r#"[for v in [null] : v[*]]"#, "[[]]"),
        (r#"can(tolist(regexall("x", "-")).*.a)"#, "false"),
        (r#"toset(["a"])[*] == tolist(["a"])"#, "true"),
        (r#"can((true ? null : tolist(["a"]))[*])"#, "false"),
        // Numbers.
        (
            r#"[0 * -1, "x${-1 * 0}", length([1]) / length([1, 2, 3])]"#,
            r#"[-0,"x-0",0.33333333333333333334]"#,
        ),
        (r#"[sum([-0, -0]), pow(2, 70), log(1000, 10)]"#, "[-0,1180591620717411300000,2.9999999999999996]"),
        (r#"[range(2, 2, 0), can(range(2, 3, 0)), can(chunklist([], 1.5))]"#, "[[],false,false]"),
        // The sign before a number binds less than what follows it.
        ("can(-1[*])", "false"),
        ("{ 1 = 2, true = 3, null = 4 }", r#"{"1":2,"null":4,"true":3}"#),
        (r#""%{ if true }a\tb%{ endif }""#, r#""a\tb""#),
    ];
    for (expression, json) in cases {
        let text = format!("output \"o\" {{\n  value = {expression}\n}}\n");
        assert_eq!(output(text.leak()).0, json, "{expression}");
    }
}

/// Whoever reads that a value is not known must learn which one: the state of another root module has hundreds.
#[test]
fn a_value_inside_of_a_data_source_is_named_by_its_whole_path() {
    let files = OneFile(
        r#"
        data "terraform_remote_state" "network" { backend = "local" }
        locals { shared = merge(data.terraform_remote_state.network.outputs.shared, { stage = "dev" }) }
        output "o" { value = local.shared.key_arn }
        "#,
    );
    let evaluated = evaluate(Utf8Path::new(""), &files, &Inputs::default());
    let text = evaluated.outputs["o"].to_text().unwrap();
    let settled: Vec<String> = text.symbols().map(|symbol| symbol.settled_by()).collect();
    assert_eq!(settled, ["attribute `outputs.shared.key_arn` of `data.terraform_remote_state.network`"]);
}
