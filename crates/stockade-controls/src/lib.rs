//! The controls: one page (`NAME.md`) and one function (`NAME.rs`) each, in the folder of its family.
//!
//! A control looks at an [`Inventory`] and says what it finds as [`Verdict`]s, one per subject. It knows no files and
//! no formats. To add one, run `cargo xtask new-control ID`.

mod allowed;
mod catalogue;
mod context;
mod domain_allow_list;
mod foreign_accounts;
mod function_policy;
mod managed_policies;
mod page;
mod public_bucket;
mod public_policies;
mod routes;
mod secrets;
mod sensitive_actions;
mod statements;
mod variables;
mod wording;

pub use catalogue::{Row, catalogue};
pub use context::Context;
pub use managed_policies::breadth;
pub use page::{Expectation, Fixture, Page};
pub use wording::Wording;

use std::sync::LazyLock;
use stockade_inventory::Inventory;
use stockade_model::Verdict;

/// A control: its page and what judges.
pub struct Control {
    text: &'static str,
    row: LazyLock<&'static Row>,
    page: LazyLock<Page>,
    judge: fn(&Inventory, &Context, &mut Vec<Verdict>),
}

impl Control {
    /// Its row of the catalogue, for which the page need not be read whole.
    #[must_use]
    pub fn row(&self) -> &'static Row {
        &self.row
    }

    /// Its page.
    #[must_use]
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Its page as written.
    #[must_use]
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// Judges every subject that the control applies to.
    pub fn judge(&self, inventory: &Inventory, context: &Context, verdicts: &mut Vec<Verdict>) {
        (self.judge)(inventory, context, verdicts);
    }
}

/// Declares the families' modules and the list of controls: one line a control.
macro_rules! controls {
    ($($family:ident { $($name:ident),* $(,)? })*) => {
        $(mod $family {
            $(pub(crate) mod $name;)*
        })*

        /// All controls of this version, by family.
        pub static CONTROLS: LazyLock<Vec<Control>> = LazyLock::new(|| vec![$($(
            Control {
                text: include_str!(concat!(stringify!($family), "/", stringify!($name), ".md")),
                row: LazyLock::new(|| {
                    page::row(include_str!(concat!(stringify!($family), "/", stringify!($name), ".md")))
                }),
                page: LazyLock::new(|| {
                    Page::read(include_str!(concat!(stringify!($family), "/", stringify!($name), ".md")))
                }),
                judge: $family::$name::judge,
            },
        )*)*]);
    };
}

controls! {
    iam {
        shared_execution_role,
        administrator_policy_on_role,
        service_wide_wildcard_action,
        wildcard_resource_in_role_policy,
        broad_managed_policy,
        role_without_permissions_boundary,
        pass_role_on_any_role,
        unconstrained_sensitive_action,
        kms_decrypt_on_all_keys,
        overly_permissive_role_trust,
        allow_with_negated_element,
        invalid_action_in_policy,
        service_principal_without_source,
        public_function_policy,
        permission_beyond_invoke,
        unlisted_cross_account_invoke,
        public_layer_version,
        privilege_escalation_path,
    }
    ep {
        function_url_without_auth,
        rest_method_without_auth,
        http_route_without_auth,
        function_url_in_use,
        function_url_with_wildcard_cors,
    }
    se {
        secret_in_environment,
        environment_without_customer_key,
        deploy_resolved_secret_in_environment,
        public_secret_policy,
        public_kms_key_policy,
    }
    sc {
        function_without_code_signing,
        unlisted_layer,
        public_ecr_repository,
    }
    lg {
        log_group_without_retention,
        unstructured_log_format,
        function_without_tracing,
    }
    rl {
        async_function_without_failure_destination,
        ineffective_failure_destination,
        queue_visibility_below_timeout,
        source_queue_without_dlq,
        public_queue_policy,
        public_topic_or_bus_policy,
    }
    cc {
        function_without_concurrency_limit,
    }
    rt {
        deprecated_runtime,
        secret_in_snapstart_snapshot,
    }
    nw {
        function_outside_vpc,
        open_security_group_egress,
    }
    ci {
        loosely_bound_pipeline_trust,
    }
    dg {
        public_bucket_triggers_function,
        public_bucket,
        bucket_without_tls_policy,
    }
}

/// The control of an id (`EP-01`) or slug (`function-url-without-auth`), without regard to case.
#[must_use]
pub fn find(name: &str) -> Option<&'static Control> {
    CONTROLS.iter().find(|control| {
        let row = control.row();
        row.id.eq_ignore_ascii_case(name) || row.slug.eq_ignore_ascii_case(name)
    })
}

/// The dated fact tables that controls rest on, each with its date.
#[must_use]
pub fn data_dates() -> Vec<(&'static str, &'static str)> {
    let date = |text: &'static str| {
        let line = text.lines().find_map(|line| line.strip_prefix("# Date: "));
        line.unwrap_or_default().trim()
    };
    vec![
        ("broad-managed-policies", date(include_str!("../../../data/broad-managed-policies.tsv"))),
        ("lambda-runtimes", date(include_str!("../../../data/lambda-runtimes.tsv"))),
        ("layer-publishers", date(include_str!("../../../data/layer-publishers.tsv"))),
        ("secret-attributes", date(include_str!("../../../data/secret-attributes.tsv"))),
        ("shared-oidc-providers", date(include_str!("../../../data/shared-oidc-providers.tsv"))),
        ("sensitive-actions", date(include_str!("../../../data/sensitive-actions.tsv"))),
    ]
}
