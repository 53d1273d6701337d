import type { Json } from './json.ts';

/**
 * What must hold of an item for a write to happen, as data: the DynamoDB adapter turns it into a condition
 * expression, the memory adapter evaluates it, and both pass the same contract suite.
 */
export type Condition =
  | { readonly kind: 'exists' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'equals'; readonly name: string; readonly value: Json }
  | { readonly kind: 'one-of'; readonly name: string; readonly values: readonly Json[] }
  | { readonly kind: 'at-most'; readonly name: string; readonly value: number | string }
  | { readonly kind: 'at-least'; readonly name: string; readonly value: number | string }
  | { readonly kind: 'contains'; readonly name: string; readonly text: string }
  | { readonly kind: 'all'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'any'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition };

/** Records of which no type is given: any name is taken. */
type Named = Readonly<Record<string, unknown>>;

/** The names of a record's attributes, by its item type. */
type NameIn<Kind> = Extract<keyof Kind, string>;

/** The item is there. */
export const exists: Condition = { kind: 'exists' };

/** The item is not there. */
export const absent: Condition = { kind: 'absent' };

/** The attribute has this scalar value; null also stands for an attribute that was never set. */
export const equals = <Kind = Named>(name: NameIn<Kind>, value: Json): Condition => ({ kind: 'equals', name, value });

/** The attribute has one of these scalar values, null standing for never set. */
export const oneOf = <Kind = Named>(name: NameIn<Kind>, values: readonly Json[]): Condition => ({
  kind: 'one-of',
  name,
  values,
});

/** The attribute is set, of the same type, and not above the value. */
export const atMost = <Kind = Named>(name: NameIn<Kind>, value: number | string): Condition => ({
  kind: 'at-most',
  name,
  value,
});

/** The attribute is set, of the same type, and not below the value. */
export const atLeast = (name: string, value: number | string): Condition => ({ kind: 'at-least', name, value });

/** The text attribute contains this text; an attribute that was never set contains nothing. */
export const contains = <Kind = Named>(name: NameIn<Kind>, text: string): Condition => ({
  kind: 'contains',
  name,
  text,
});

/** All of them hold. */
export const all = (...conditions: readonly Condition[]): Condition => ({ kind: 'all', conditions });

/** At least one of them holds. */
export const any = (...conditions: readonly Condition[]): Condition => ({ kind: 'any', conditions });

/** It does not hold. */
export const not = (condition: Condition): Condition => ({ kind: 'not', condition });
