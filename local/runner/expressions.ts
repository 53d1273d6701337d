import jsonata from 'jsonata';
import { registerFunctions, type ExpressionWorld } from './expression-functions.ts';
import { isJsonObject, type Json } from './json.ts';

/** What an expression sees: `states`, and the variables under their own names. */
export type Bindings = Readonly<Record<string, Json>>;

export type ExpressionResult =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'error'; readonly message: string };

export interface Expression {
  /** Between the marks, trimmed. */
  readonly text: string;
  evaluate(bindings: Bindings): ExpressionResult | Promise<ExpressionResult>;
}

const NOTHING: ExpressionResult = { kind: 'nothing' };
const UNSUPPORTED: ExpressionResult = { kind: 'unsupported' };
/** `$a.b.c`: nearly every expression of the state machines, and walked here without the interpreter. */
const BARE_PATH = /^\$[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);

/** Compiles expressions, each text once. */
export class Expressions {
  readonly #compiled = new Map<string, Expression>();
  readonly #world: ExpressionWorld;

  constructor(world: ExpressionWorld) {
    this.#world = world;
  }

  /** @throws Error when the text is not JSONata */
  compile(text: string): Expression {
    const known = this.#compiled.get(text);
    if (known !== undefined) return known;
    const names = text.slice(1).split('.');
    const bare = BARE_PATH.test(text) && !names.some((name) => WORDS.has(name));
    const expression: Expression = { text, evaluate: bare ? this.#walking(text, names) : this.#interpreting(text) };
    this.#compiled.set(text, expression);
    return expression;
  }

  /** @throws Error when the text is not JSONata */
  #interpreting(text: string): (bindings: Bindings) => Promise<ExpressionResult> {
    const interpreted = jsonata(text);
    registerFunctions(interpreted, this.#world);
    return (bindings) => evaluate(interpreted, bindings);
  }

  /** A bare path is JSONata for certain: it is compiled only where an array lies on its way. */
  #walking(text: string, names: readonly string[]): Expression['evaluate'] {
    let interpret: ((bindings: Bindings) => Promise<ExpressionResult>) | undefined;
    return (bindings) => walk(names, bindings) ?? (interpret ??= this.#interpreting(text))(bindings);
  }
}

/** Undefined when an array lies on the way, over which JSONata would map. */
function walk(names: readonly string[], bindings: Bindings): ExpressionResult | undefined {
  let value: Json = bindings;
  for (const name of names) {
    if (Array.isArray(value)) return undefined;
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return NOTHING;
    const member: Json | undefined = value[name];
    if (member === undefined) return NOTHING;
    value = member;
  }
  return { kind: 'value', value };
}

async function evaluate(expression: jsonata.Expression, bindings: Bindings): Promise<ExpressionResult> {
  try {
    const result: unknown = await expression.evaluate(undefined, bindings);
    if (result === undefined) return NOTHING;
    const value = toJson(result);
    return value === undefined ? UNSUPPORTED : { kind: 'value', value };
  } catch (error) {
    return { kind: 'error', message: describe(error) };
  }
}

function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : 'unknown error';
  return code + message;
}

/**
 * Copies a result out of the interpreter, which marks its own arrays; undefined when it holds a function or no number.
 */
function toJson(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const member of value) {
      const item = toJson(member);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }
  if (typeof value !== 'object' || '_jsonata_lambda' in value || '_jsonata_function' in value) return undefined;
  const members: [string, Json][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const item = toJson(member);
    if (item === undefined) return undefined;
    members.push([key, item]);
  }
  return Object.fromEntries(members);
}
