//! Every function by name, and the choice among its signatures.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowFunctionDefinition};

use crate::definition::{Definition, Implementation, Overload};
use crate::error::{FunctionError, FunctionErrorCode};
use crate::higher_order::bound_higher_order;
use crate::scalar::bound_scalar;
use crate::signature::{BindFailure, Bound, CallArgument, LambdaTyping, bind};
use crate::types::{Type, can_coerce};

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::of(crate::definitions()));

/// The functions of this library.
#[derive(Debug)]
pub struct Registry {
    by_name: BTreeMap<&'static str, Definition>,
}

/// A call whose signature is chosen.
#[derive(Debug)]
pub struct ResolvedCall {
    /// The function.
    pub definition: &'static Definition,
    /// The signature.
    pub overload: &'static Overload,
    /// The types of the arguments and of the result.
    pub bound: Bound,
}

/// What a resolved call is for DataFusion.
#[derive(Debug)]
pub enum BoundFunction {
    /// A scalar function.
    Scalar(Arc<ScalarUDF>),
    /// A scalar function over lambdas.
    HigherOrder(Arc<HigherOrderUDF>),
    /// An aggregate function.
    Aggregate(Arc<AggregateUDF>),
    /// A window function.
    Window(WindowFunctionDefinition),
    /// The analyzer treats it itself.
    Analyzed,
}

/// Why a call cannot be resolved.
#[derive(Debug)]
pub enum ResolveFailure<E> {
    /// No function has that name, or no signature takes the arguments.
    Function(FunctionError),
    /// A lambda's body is wrong.
    Lambda(E),
}

/// The functions of this library.
pub fn registry() -> &'static Registry {
    &REGISTRY
}

impl Registry {
    fn of(definitions: Vec<Definition>) -> Registry {
        let mut by_name: BTreeMap<&'static str, Definition> = BTreeMap::new();
        for definition in definitions {
            match by_name.get_mut(definition.name) {
                Some(known) => known.overloads.extend(definition.overloads),
                None => {
                    by_name.insert(definition.name, definition);
                }
            }
        }
        Registry { by_name }
    }

    /// Every function, hidden ones included, by name.
    pub fn functions(&self) -> impl Iterator<Item = &Definition> {
        self.by_name.values()
    }

    /// The function of that name, in whatever case it is written.
    pub fn function(&'static self, name: &str) -> Option<&'static Definition> {
        self.by_name.get(name.to_lowercase().as_str())
    }

    /// Chooses the signature that a call means, by Trino's rules: one that takes the arguments as they are, else the most specific one
    /// that they can be coerced to.
    pub fn resolve<E>(
        &'static self,
        name: &str,
        arguments: &[CallArgument],
        type_lambda: &mut LambdaTyping<'_, E>,
    ) -> Result<ResolvedCall, ResolveFailure<E>> {
        let Some(definition) = self.function(name) else {
            return Err(ResolveFailure::Function(FunctionError::new(
                FunctionErrorCode::FunctionNotFound,
                format!("Function '{name}' not registered"),
            )));
        };
        let mut candidates = Vec::new();
        let mut lambda_failure = None;
        for overload in &definition.overloads {
            match bind(&overload.signature, arguments, type_lambda) {
                Ok(bound) => candidates.push((overload, bound)),
                Err(BindFailure::Mismatch) => {}
                Err(BindFailure::Lambda(failure)) => lambda_failure = Some(failure),
            }
        }
        let chosen = most_specific(&candidates).and_then(|place| candidates.into_iter().nth(place));
        let Some((overload, mut bound)) = chosen else {
            return Err(match lambda_failure {
                Some(failure) => ResolveFailure::Lambda(failure),
                None => ResolveFailure::Function(unexpected_parameters(definition, arguments)),
            });
        };
        if let Some(returns) = overload.returns {
            bound.returns = returns(&bound).map_err(ResolveFailure::Function)?;
        }
        Ok(ResolvedCall {
            definition,
            overload,
            bound,
        })
    }

    /// Resolves a call without lambdas.
    pub fn resolve_values(
        &'static self,
        name: &str,
        arguments: &[Type],
    ) -> Result<ResolvedCall, FunctionError> {
        let arguments: Vec<CallArgument> =
            arguments.iter().cloned().map(CallArgument::Value).collect();
        self.resolve(name, &arguments, &mut |_, _| Err(()))
            .map_err(|failure| match failure {
                ResolveFailure::Function(error) => error,
                ResolveFailure::Lambda(()) => FunctionError::argument("a lambda is not expected"),
            })
    }
}

/// The place of the best candidate: without coercions before with, then the one whose parameters fit all others'.
fn most_specific(candidates: &[(&Overload, Bound)]) -> Option<usize> {
    if let Some(place) = candidates
        .iter()
        .position(|(_, bound)| bound.coercions == 0)
    {
        return Some(place);
    }
    let fits = |narrow: &Bound, wide: &Bound| {
        narrow
            .arguments
            .iter()
            .zip(&wide.arguments)
            .all(|(narrow, wide)| can_coerce(narrow, wide))
    };
    candidates
        .iter()
        .position(|(_, narrow)| candidates.iter().all(|(_, wide)| fits(narrow, wide)))
        .or_else(|| (!candidates.is_empty()).then_some(0))
}

fn unexpected_parameters(definition: &Definition, arguments: &[CallArgument]) -> FunctionError {
    let list = |texts: Vec<String>| texts.join(", ");
    let found = list(
        arguments
            .iter()
            .map(|argument| match argument {
                CallArgument::Value(of) => of.to_string(),
                CallArgument::Lambda(count) => {
                    format!("function({})", vec!["?"; *count].join(", "))
                }
            })
            .collect(),
    );
    let expected = list(
        definition
            .overloads
            .iter()
            .map(|overload| {
                let (parameters, _) = overload
                    .signature
                    .text
                    .rsplit_once("->")
                    .unwrap_or((overload.signature.text, ""));
                format!("{}{}", definition.name, parameters.trim())
            })
            .collect(),
    );
    FunctionError::new(
        FunctionErrorCode::FunctionNotFound,
        format!(
            "Unexpected parameters ({found}) for function {}. Expected: {expected}",
            definition.name
        ),
    )
}

impl ResolvedCall {
    /// The call's function for DataFusion.
    pub fn function(&self) -> DataFusionResult<BoundFunction> {
        let name = self.definition.name;
        let overload = self.overload.signature.text;
        Ok(match self.overload.implementation {
            Implementation::Aggregate(factory) => BoundFunction::Aggregate(factory(&self.bound)?),
            Implementation::Window(factory) => BoundFunction::Window(factory(&self.bound)?),
            Implementation::Analyzed => BoundFunction::Analyzed,
            implementation => {
                let bound = self.bound.clone();
                match bound_scalar(
                    name,
                    overload,
                    bound.clone(),
                    implementation,
                    self.definition.deterministic,
                ) {
                    Some(function) => BoundFunction::Scalar(Arc::new(function)),
                    None => match bound_higher_order(name, overload, bound, implementation) {
                        Some(function) => BoundFunction::HigherOrder(Arc::new(function)),
                        None => BoundFunction::Analyzed,
                    },
                }
            }
        })
    }
}
