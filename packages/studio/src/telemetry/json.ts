/** What an attribute's value, or a log line's body, can be. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type Attributes = Readonly<Record<string, Json>>;
