//! The names that sqlx exports again. Whoever uses one is told so by the compiler.

use proc_macro::TokenStream;

fn absent() -> TokenStream {
    "compile_error!(\"sqlx's macros are left out here: see scripts/local/sqlx-macros\");"
        .parse()
        .unwrap_or_default()
}

#[proc_macro_derive(FromRow, attributes(sqlx))]
pub fn derive_from_row(_: TokenStream) -> TokenStream {
    absent()
}

#[proc_macro_derive(Type, attributes(sqlx))]
pub fn derive_type(_: TokenStream) -> TokenStream {
    absent()
}

#[proc_macro_derive(Encode, attributes(sqlx))]
pub fn derive_encode(_: TokenStream) -> TokenStream {
    absent()
}

#[proc_macro_derive(Decode, attributes(sqlx))]
pub fn derive_decode(_: TokenStream) -> TokenStream {
    absent()
}

#[proc_macro_attribute]
pub fn test(_: TokenStream, _: TokenStream) -> TokenStream {
    absent()
}

#[proc_macro]
pub fn expand_query(_: TokenStream) -> TokenStream {
    absent()
}

#[proc_macro]
pub fn migrate(_: TokenStream) -> TokenStream {
    absent()
}
