//! A scalar function bound to the types of a call, as DataFusion runs it.

use std::hash::{Hash, Hasher};

use arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::call::run;
use crate::definition::{Implementation, ScalarKernel};
use crate::signature::Bound;

/// A scalar function that knows the types it is called with. Two are equal if they are the same signature of the same function, bound to
/// the same types.
#[derive(Debug, Clone)]
struct BoundScalar {
    name: &'static str,
    overload: &'static str,
    bound: Bound,
    kernel: ScalarKernel,
    strict: bool,
    signature: Signature,
}

impl PartialEq for BoundScalar {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.overload, &self.bound) == (other.name, other.overload, &other.bound)
    }
}

impl Eq for BoundScalar {}

impl Hash for BoundScalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, self.overload, &self.bound).hash(state);
    }
}

/// The function for DataFusion; `None` if the implementation is not a scalar one.
pub(crate) fn bound_scalar(
    name: &'static str,
    overload: &'static str,
    bound: Bound,
    implementation: Implementation,
    deterministic: bool,
) -> Option<ScalarUDF> {
    let (kernel, strict) = match implementation {
        Implementation::Strict(kernel) => (kernel, true),
        Implementation::Nullable(kernel) => (kernel, false),
        _ => return None,
    };
    let volatility = if deterministic {
        Volatility::Immutable
    } else {
        Volatility::Volatile
    };
    let types = bound
        .arguments
        .iter()
        .map(|of| of.arrow())
        .collect::<Vec<_>>();
    let signature = if types.is_empty() {
        Signature::nullary(volatility)
    } else {
        Signature::exact(types, volatility)
    };
    Some(ScalarUDF::from(BoundScalar {
        name,
        overload,
        bound,
        kernel,
        strict,
        signature,
    }))
}

impl ScalarUDFImpl for BoundScalar {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.bound.returns.arrow())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        // A volatile function without varying arguments still has a value of its own for each row.
        let fold = self.signature.volatility != Volatility::Volatile;
        run(
            &self.bound,
            &arguments.args,
            arguments.number_rows,
            fold,
            self.kernel,
            self.strict,
        )
    }
}
