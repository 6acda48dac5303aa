//! A Swagger 2 or OpenAPI 3 body of a REST API while it is edited.

use super::{Fault, branches, is_version_3, put, python, require_path_item};
use crate::presence::{is_set, set};
use smol_str::SmolStr;
use stockade_cfn::Expr;
use stockade_model::Origin;

const SECURITY: &str = "securityDefinitions";
const RESPONSES: &str = "x-amazon-apigateway-gateway-responses";
const POLICY: &str = "x-amazon-apigateway-policy";

/// A body taken apart: the sections that edits fill stand beside the document and go back into it at the end, as
/// the order of keys counts for the hash of the body.
#[derive(Debug)]
pub(crate) struct Swagger {
    /// The document.
    pub doc: Expr,
    /// `securityDefinitions`.
    pub security: Expr,
    /// The gateway responses.
    pub responses: Expr,
    /// The resource policy.
    pub policy: Expr,
    /// `definitions`: the models.
    pub definitions: Expr,
}

impl Swagger {
    /// Whether a value is a body that edits can be made in.
    pub fn is_valid(body: &Expr) -> bool {
        let version = set(body, "swagger").is_some() || set(body, "openapi").is_some_and(is_version_3);
        body.get("paths").is_some_and(Expr::is_object) && version
    }

    /// Opens a body.
    pub fn open(body: &Expr, made: &Origin) -> Result<Self, Fault> {
        if !Self::is_valid(body) {
            return Err(Fault::new(
                "the body is not a Swagger or OpenAPI document written in `DefinitionBody`",
                body,
            ));
        }
        let mut doc = body.clone();
        python::settle(&mut doc);
        for path in doc.get("paths").map(Expr::entries).unwrap_or_default() {
            for item in branches(&path.value)? {
                require_path_item(item, &path.key)?;
            }
        }
        let section = |name: &str| set(&doc, name).cloned().unwrap_or_else(|| Expr::object(made));
        Ok(Self {
            security: section(SECURITY),
            responses: section(RESPONSES),
            policy: section(POLICY),
            definitions: section("definitions"),
            doc,
        })
    }

    /// The paths in Python's order.
    pub fn paths(&self) -> Vec<SmolStr> {
        let paths = self.doc.get("paths").map(python::entries).unwrap_or_default();
        paths.into_iter().map(|entry| entry.key.clone()).collect()
    }

    /// Puts the resource policy into the document.
    pub fn put_policy(&mut self) {
        put(&mut self.doc, POLICY, self.policy.clone());
    }

    /// That the security definitions are an object.
    pub fn require_security(&self) -> Result<(), Fault> {
        if self.security.is_object() {
            Ok(())
        } else {
            Err(Fault::new("`securityDefinitions` must be an object", &self.security))
        }
    }

    /// The edited body.
    pub fn finish(mut self) -> Expr {
        for (name, section) in
            [(SECURITY, self.security), (RESPONSES, self.responses), ("definitions", self.definitions)]
        {
            if is_set(&section) {
                put(&mut self.doc, name, section);
            }
        }
        python::settle(&mut self.doc);
        self.doc
    }
}
