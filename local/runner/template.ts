import type { Bindings, Expression, ExpressionResult, Expressions } from './expressions.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** A field's JSON with its `{% … %}` strings compiled. */
export type Template =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly location: string }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Template])[] }
  | { readonly kind: 'array'; readonly items: readonly Template[] };

const MARKED = /^\{%([\s\S]*)%\}$/;

/** An expression of a field gave no usable value; the state puts its own name before the reason. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  /** Field and way into it, such as `Output/result`; absent when no expression is at fault. */
  readonly location: string | undefined;

  constructor(location: string | undefined, reason: string) {
    super(reason);
    this.location = location;
  }
}

/** @throws Error when an expression is not JSONata */
export function compileTemplate(value: Json, location: string, expressions: Expressions): Template {
  if (typeof value === 'string') {
    const text = MARKED.exec(value)?.[1];
    if (text === undefined) return { kind: 'literal', value };
    return { kind: 'expression', expression: expressions.compile(text.trim()), location };
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileTemplate(item, `${location}[${index}]`, expressions));
    return items.every((item) => item.kind === 'literal') ? { kind: 'literal', value } : { kind: 'array', items };
  }
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(
      ([key, member]) => [key, compileTemplate(member, `${location}/${key}`, expressions)] as const,
    );
    return members.every(([, member]) => member.kind === 'literal')
      ? { kind: 'literal', value }
      : { kind: 'object', members };
  }
  return { kind: 'literal', value };
}

/** @throws EvaluationError */
export async function evaluateTemplate(template: Template, bindings: Bindings): Promise<Json> {
  if (template.kind === 'literal') return template.value;
  if (template.kind === 'expression') {
    const result = template.expression.evaluate(bindings);
    return valueOf(result instanceof Promise ? await result : result, template.expression.text, template.location);
  }
  if (template.kind === 'array') {
    const items: Json[] = [];
    for (const item of template.items) items.push(await evaluateTemplate(item, bindings));
    return items;
  }
  const object: JsonObject = {};
  for (const [key, member] of template.members) {
    object[key] = member.kind === 'literal' ? member.value : await evaluateTemplate(member, bindings);
  }
  return object;
}

function valueOf(result: ExpressionResult, text: string, location: string): Json {
  if (result.kind === 'value') return result.value;
  const reason = {
    nothing: 'returned nothing (undefined).',
    unsupported: 'returned an unsupported result type.',
    error: `threw an error during evaluation. ${result.kind === 'error' ? result.message : ''}`,
  }[result.kind];
  throw new EvaluationError(
    location,
    `The JSONata expression '${text}' specified for the field '${location}' ${reason}`,
  );
}

/** What the service says of a value of the wrong type. */
export function unexpectedType(template: Template, expected: string, value: Json): EvaluationError {
  const [subject, location] =
    template.kind === 'expression'
      ? [
          `The JSONata expression '${template.expression.text}' specified for the field '${template.location}'`,
          template.location,
        ]
      : ['The field', undefined];
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return new EvaluationError(
    location,
    `${subject} returned an unexpected result type. Expected '${expected}', but was '${type}' for value: ${JSON.stringify(value)}`,
  );
}
