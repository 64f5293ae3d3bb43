//! How a topic declares its functions: names, descriptions, and for each signature what runs.

use std::fmt;
use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::error::Result;
use datafusion::logical_expr::{AggregateUDF, WindowFunctionDefinition};

use crate::call::Call;
use crate::error::FunctionError;
use crate::higher_order::HigherOrderCall;
use crate::signature::{Bound, Signature, parse_signature};
use crate::types::Type;

/// Computes a call's values, one a row.
pub type ScalarKernel = fn(&Call<'_>) -> Result<ArrayRef>;

/// Computes a call that has lambdas among its arguments.
pub type HigherOrderKernel = fn(&HigherOrderCall<'_>) -> Result<ArrayRef>;

/// Makes the aggregate function of a bound call. It is given columns of exactly the bound argument types' Arrow types.
pub type AggregateFactory = fn(&Bound) -> Result<Arc<AggregateUDF>>;

/// Makes the window function of a bound call.
pub type WindowFactory = fn(&Bound) -> Result<WindowFunctionDefinition>;

/// What a call returns, where the signature alone cannot say it.
pub type ReturnType = fn(&Bound) -> Result<Type, FunctionError>;

/// What runs for a signature.
#[derive(Clone, Copy)]
pub enum Implementation {
    /// A scalar function that is NULL where any argument is. The kernel is called with the rows' arguments as they are, must not fail for
    /// rows with a NULL argument ([`Call::is_null`]), and need not set their result to NULL.
    Strict(ScalarKernel),
    /// A scalar function that decides itself what NULL arguments mean.
    Nullable(ScalarKernel),
    /// A scalar function over lambdas. It decides itself what NULL arguments mean.
    HigherOrder(HigherOrderKernel),
    /// An aggregate function.
    Aggregate(AggregateFactory),
    /// A window function that is no aggregate.
    Window(WindowFactory),
    /// The analyzer treats it itself, for it has a syntax of its own, or depends on the session.
    Analyzed,
}

impl fmt::Debug for Implementation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind())
    }
}

impl Implementation {
    /// The kind by which SHOW FUNCTIONS lists it.
    pub fn kind(&self) -> &'static str {
        match self {
            Implementation::Aggregate(_) => "aggregate",
            Implementation::Window(_) => "window",
            _ => "scalar",
        }
    }
}

/// One signature of a function.
#[derive(Debug, Clone)]
pub struct Overload {
    /// What it takes and returns.
    pub signature: Signature,
    /// What it returns where the signature's own type is not the whole truth.
    pub returns: Option<ReturnType>,
    /// What runs.
    pub implementation: Implementation,
}

/// A function with all its signatures.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Its name, in lower case.
    pub name: &'static str,
    /// What it does, in a sentence without a full stop.
    pub description: &'static str,
    /// Whether the same arguments always give the same result.
    pub deterministic: bool,
    /// Operators and other functions that users cannot call by name.
    pub hidden: bool,
    /// Its signatures.
    pub overloads: Vec<Overload>,
}

impl Definition {
    /// A function without a signature yet.
    pub fn new(name: &'static str, description: &'static str) -> Definition {
        Definition {
            name,
            description,
            deterministic: true,
            hidden: false,
            overloads: Vec::new(),
        }
    }

    /// The same function under another name.
    pub fn alias(&self, name: &'static str) -> Definition {
        Definition {
            name,
            ..self.clone()
        }
    }

    /// Adds a signature of a scalar function that is NULL where any argument is.
    pub fn strict(self, signature: &'static str, kernel: ScalarKernel) -> Definition {
        self.overload(signature, None, Implementation::Strict(kernel))
    }

    /// The same, with a rule for what it returns.
    pub fn strict_returning(
        self,
        signature: &'static str,
        returns: ReturnType,
        kernel: ScalarKernel,
    ) -> Definition {
        self.overload(signature, Some(returns), Implementation::Strict(kernel))
    }

    /// Adds a signature of a scalar function that sees NULL arguments.
    pub fn nullable(self, signature: &'static str, kernel: ScalarKernel) -> Definition {
        self.overload(signature, None, Implementation::Nullable(kernel))
    }

    /// The same, with a rule for what it returns.
    pub fn nullable_returning(
        self,
        signature: &'static str,
        returns: ReturnType,
        kernel: ScalarKernel,
    ) -> Definition {
        self.overload(signature, Some(returns), Implementation::Nullable(kernel))
    }

    /// Adds a signature with lambdas.
    pub fn higher_order(self, signature: &'static str, kernel: HigherOrderKernel) -> Definition {
        self.overload(signature, None, Implementation::HigherOrder(kernel))
    }

    /// Adds a signature of an aggregate function.
    pub fn aggregate(self, signature: &'static str, factory: AggregateFactory) -> Definition {
        self.overload(signature, None, Implementation::Aggregate(factory))
    }

    /// The same, with a rule for what it returns.
    pub fn aggregate_returning(
        self,
        signature: &'static str,
        returns: ReturnType,
        factory: AggregateFactory,
    ) -> Definition {
        self.overload(signature, Some(returns), Implementation::Aggregate(factory))
    }

    /// Adds a signature of a window function.
    pub fn window(self, signature: &'static str, factory: WindowFactory) -> Definition {
        self.overload(signature, None, Implementation::Window(factory))
    }

    /// Adds a signature that the analyzer treats itself.
    pub fn analyzed(self, signature: &'static str) -> Definition {
        self.overload(signature, None, Implementation::Analyzed)
    }

    /// Marks a function that may give another result for the same arguments.
    pub fn volatile(mut self) -> Definition {
        self.deterministic = false;
        self
    }

    /// Keeps a function out of users' reach.
    pub fn hidden(mut self) -> Definition {
        self.hidden = true;
        self
    }

    /// A signature that cannot be read is left out; the test over the registry finds it.
    fn overload(
        mut self,
        signature: &'static str,
        returns: Option<ReturnType>,
        implementation: Implementation,
    ) -> Definition {
        match parse_signature(signature) {
            Ok(signature) => self.overloads.push(Overload {
                signature,
                returns,
                implementation,
            }),
            Err(reason) => debug_assert!(false, "{}{signature}: {reason}", self.name),
        }
        self
    }
}
