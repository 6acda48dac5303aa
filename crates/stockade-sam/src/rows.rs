//! The SAM resource types, one row each.

use crate::output::Output;
use crate::resource::SamResource;
use crate::{Context, SamError};

/// Lowers one SAM resource: adds what it becomes to the output. Events may change other SAM resources (an API gets
/// a path), which stand later in [`ROWS`].
pub(crate) type Lower = fn(&SamResource, &mut [SamResource], &Context, &mut Output) -> Result<(), SamError>;

/// A SAM type and what it becomes.
pub(crate) struct Row {
    /// The type, `AWS::Serverless::Function`.
    pub type_name: &'static str,
    /// Its lowering.
    pub lower: Lower,
}

/// In the order of lowering: what adds to others comes first.
pub(crate) const ROWS: &[Row] = &[
    Row { type_name: "AWS::Serverless::Function", lower: crate::function::lower },
    Row { type_name: "AWS::Serverless::WebFunction", lower: crate::web_function::lower },
    Row { type_name: "AWS::Serverless::StateMachine", lower: crate::state_machine::lower },
    Row { type_name: "AWS::Serverless::Api", lower: crate::api::lower },
    Row { type_name: "AWS::Serverless::HttpApi", lower: crate::http_api::lower },
    Row { type_name: "AWS::Serverless::WebSocketApi", lower: crate::websocket_api::lower },
    Row { type_name: "AWS::Serverless::LayerVersion", lower: crate::layer_version::lower },
    Row { type_name: "AWS::Serverless::SimpleTable", lower: crate::simple_table::lower },
    Row { type_name: "AWS::Serverless::CapacityProvider", lower: crate::capacity_provider::lower },
    Row { type_name: "AWS::Serverless::Application", lower: crate::application::lower },
    Row { type_name: "AWS::Serverless::NetworkConnector", lower: crate::network_connector::lower },
    Row { type_name: "AWS::Serverless::MicrovmImage", lower: crate::microvm_image::lower },
    Row { type_name: "AWS::Serverless::GraphQLApi", lower: crate::graphql_api::lower },
    // What a connector connects has to be there.
    Row { type_name: "AWS::Serverless::Connector", lower: crate::connector::lower },
];

/// Whether a SAM type has a row.
pub(crate) fn is_known(type_name: &str) -> bool {
    ROWS.iter().any(|row| row.type_name == type_name)
}
