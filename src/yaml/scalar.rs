//! What a plain scalar means, by the YAML 1.1 rules of kubectl's decoder (go-yaml v2): YAML-03 and YAML-04.

use std::borrow::Cow;

/// A typed scalar.
///
/// As in the JSON that kubectl makes of a manifest, a float without a fraction is a whole number, and a whole number
/// that does not fit 64 bits is a float.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scalar<'d> {
    /// `~`, `null` or nothing.
    Null,
    /// `true`, `yes`, `on`, `y` and their opposites.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, one beyond 64 bits, an infinity, or not a number.
    Float(f64),
    /// Everything else, timestamps too.
    Str(&'d str),
}

/// What a plain scalar means.
pub(super) fn resolve(plain: &str) -> Scalar<'_> {
    let meaning = match plain.as_bytes().first() {
        None => Some(Scalar::Null),
        Some(b'0'..=b'9' | b'+' | b'-') => number(plain),
        Some(b'.') => dotted(plain),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(plain),
        Some(_) => None,
    };
    meaning.unwrap_or(Scalar::Str(plain))
}

fn word(plain: &str) -> Option<Scalar<'_>> {
    match plain {
        "~" | "null" | "Null" | "NULL" => Some(Scalar::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(Scalar::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Some(Scalar::Bool(false))
        }
        _ => None,
    }
}

/// `.5`, `.inf`, `.nan`.
fn dotted(plain: &str) -> Option<Scalar<'_>> {
    match plain {
        ".inf" | ".Inf" | ".INF" => Some(Scalar::Float(f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" => Some(Scalar::Float(f64::NAN)),
        _ if underscores_separate_digits(plain) => float(&plain.replace('_', "")),
        _ => None,
    }
}

fn underscores_separate_digits(plain: &str) -> bool {
    let digit = |at: usize| plain.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    plain.match_indices('_').all(|(at, _)| digit(at.wrapping_sub(1)) && digit(at + 1))
}

fn number(plain: &str) -> Option<Scalar<'_>> {
    match plain {
        "+.inf" | "+.Inf" | "+.INF" => Some(Scalar::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => Some(Scalar::Float(f64::NEG_INFINITY)),
        _ if plain.contains('_') => digits(&plain.replace('_', "")),
        _ => digits(plain),
    }
}

/// A number without underscores. `080` is no octal number, and so it is a float: 80.
fn digits(plain: &str) -> Option<Scalar<'static>> {
    whole(plain).or_else(|| float(plain))
}

fn whole(plain: &str) -> Option<Scalar<'static>> {
    let (negative, unsigned) = match plain.as_bytes().first()? {
        b'-' => (true, &plain[1..]),
        b'+' => (false, &plain[1..]),
        _ => (false, plain),
    };
    let (radix, magnitude) = radix(unsigned);
    if !magnitude.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(magnitude, radix).ok()?;
    match (negative, i64::try_from(magnitude)) {
        (true, _) => 0i64.checked_sub_unsigned(magnitude).map(Scalar::Int),
        (false, Ok(int)) => Some(Scalar::Int(int)),
        (false, Err(_)) => Some(Scalar::Float(magnitude as f64)),
    }
}

fn radix(unsigned: &str) -> (u32, &str) {
    match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &unsigned[2..]),
        [b'0', b'o' | b'O', ..] => (8, &unsigned[2..]),
        [b'0', b'b' | b'B', ..] => (2, &unsigned[2..]),
        [b'0', _, ..] => (8, &unsigned[1..]),
        _ => (10, unsigned),
    }
}

fn float(plain: &str) -> Option<Scalar<'static>> {
    let is_float = plain.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    let value: f64 = is_float.then(|| plain.parse().ok()).flatten()?;
    if !value.is_finite() {
        return None;
    }
    let is_whole = value.fract() == 0.0 && value.abs() < i64::MAX as f64;
    Some(if is_whole { Scalar::Int(value as i64) } else { Scalar::Float(value) })
}

/// What a plain scalar becomes as a key of a JSON object, which is always text. `None`: kubectl refuses the key.
pub(super) fn key_text(plain: &str) -> Option<Cow<'_, str>> {
    let number = match resolve(plain) {
        Scalar::Str(text) => return Some(Cow::Borrowed(text)),
        Scalar::Null => return None,
        Scalar::Bool(bool) => return Some(Cow::Owned(bool.to_string())),
        Scalar::Int(int) => int as f64,
        Scalar::Float(float) => float,
    };
    match whole(&plain.replace('_', "")) {
        Some(Scalar::Int(int)) => Some(Cow::Owned(int.to_string())),
        Some(_) => None,
        None => float_key(number as f32).map(Cow::Owned),
    }
}

/// A float as the decoder writes it in a key: single precision, an exponent from a million on.
fn float_key(value: f32) -> Option<String> {
    if !value.is_finite() {
        return Some(value.to_string().to_lowercase().replace("inf", ".inf").replace("nan", ".nan"));
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    Some(match exponent {
        -4..=5 => value.to_string(),
        _ => format!("{mantissa}e{exponent:+03}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_and_null_are_those_of_yaml_1_1() {
        for plain in "y Y yes Yes YES on On ON true True TRUE".split(' ') {
            assert_eq!(resolve(plain), Scalar::Bool(true), "{plain}");
        }
        for plain in "n N no No NO off Off OFF false False FALSE".split(' ') {
            assert_eq!(resolve(plain), Scalar::Bool(false), "{plain}");
        }
        for plain in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(resolve(plain), Scalar::Null, "{plain:?}");
        }
    }

    #[test]
    fn whole_numbers_come_in_many_forms() {
        for (plain, number) in [
            ("0", 0),
            ("00", 0),
            ("-0", 0),
            ("-0b11", -3),
            ("0B11", 3),
            ("-0x50", -80),
            ("0X50", 80),
            ("0x_F", 15),
            ("0x1F_f", 511),
            ("-0120", -80),
            ("-0o17", -15),
            ("0o_7", 7),
            ("0_7", 7),
            ("09", 9),
            ("0_x5", 5),
            ("1__0", 10),
            ("1_", 1),
            ("-_5", -5),
            ("1.", 1),
            ("+1e2", 100),
            ("1.5e3", 1500),
            ("1.e2", 100),
            ("1_e2", 100),
            ("-9223372036854775808", i64::MIN),
            ("0x7fffffffffffffff", i64::MAX),
        ] {
            assert_eq!(resolve(plain), Scalar::Int(number), "{plain}");
        }
    }

    #[test]
    fn other_numbers_are_floats() {
        for (plain, number) in [
            (".5", 0.5),
            (".5_5", 0.55),
            ("-.5", -0.5),
            ("1e-2", 0.01),
            ("1_000.5", 1000.5),
            ("1e21", 1e21),
            ("18446744073709551615", 18_446_744_073_709_551_615.0),
            ("123456789012345678901234567890", 123_456_789_012_345_678_901_234_567_890.0),
            ("-9223372036854775809", -9_223_372_036_854_775_809.0),
            ("+.Inf", f64::INFINITY),
            ("-.inf", f64::NEG_INFINITY),
        ] {
            match resolve(plain) {
                Scalar::Float(float) => assert_eq!(float, number, "{plain}"),
                other => assert_eq!(other, Scalar::Float(number), "{plain}"),
            }
        }
        assert!(matches!(resolve(".NaN"), Scalar::Float(float) if float.is_nan()));
    }

    #[test]
    fn what_only_resembles_a_number_or_a_word_is_text() {
        let texts = "oN yEs tRUE nULL nil 22:22 190:20:30 2001-01-01 2001-12-14t21:59:43.10-05:00 1e400 _1 . .. - + = << \
                     0x 0b 0o 0b12 0o18 0x1p4 1.0e 5e e5 1e5x .e2 ._5 .5_ +.nan inf nan infinity --1 +-5 \
                     0x10000000000000000 -0xffffffffffffffff 1.2.3 10.0.0.0/8 http";
        for plain in texts.split_whitespace() {
            assert_eq!(resolve(plain), Scalar::Str(plain));
        }
    }
}
