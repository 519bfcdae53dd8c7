use super::value::Value;
pub fn call(
    function: crate::model::Function,
    _arguments: &[Value],
    _ty: &crate::model::Type,
    _zone: &jiff::tz::TimeZone,
) -> Result<Value, Overflow> {
    let _ = function;
    Ok(Value::Null)
}
#[derive(Debug)]
pub struct Overflow;
impl std::fmt::Display for Overflow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("x")
    }
}
