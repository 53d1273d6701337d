import type {
  Catcher,
  ChoiceRule,
  ChoiceState,
  FailState,
  Graph,
  Guarded,
  MapState,
  PassState,
  Results,
  State,
  SucceedState,
  TaskState,
  WaitState,
} from './definition.ts';
import { Fields } from './fields.ts';
import { isJsonObject } from './json.ts';
import { loadResource, refuseUnknownArguments } from './load-resource.ts';
import type { Retrier } from './retry.ts';

/** Reads the states inside a Map; `outer`: the variables that states around it assign. */
type LoadGraph = (fields: Fields, outer: ReadonlySet<string>) => Graph;

/** What the reading of one state stands on. */
interface Surroundings {
  readonly variables: ReadonlySet<string>;
  readonly loadGraph: LoadGraph;
}

/** Reads one state. @throws InvalidDefinition */
export function loadState(fields: Fields, name: string, around: Surroundings): State {
  const type = fields.text('Type');
  const language = fields.optionalText('QueryLanguage');
  if (language !== undefined && language !== 'JSONata') fields.refuse('JSONPath', `QueryLanguage is ${language}`);
  const state = readByType(fields, type, name, around);
  fields.refuseOthers();
  return state;
}

function readByType(fields: Fields, type: string, name: string, around: Surroundings): State {
  switch (type) {
    case 'Task':
      return task(fields, name);
    case 'Map':
      return map(fields, name, around);
    case 'Choice':
      return choice(fields, name);
    case 'Pass':
      return { type, name, ...results(fields), next: onward(fields) } satisfies PassState;
    case 'Wait':
      return wait(fields, name);
    case 'Succeed':
      return { type, name, output: fields.template('Output') } satisfies SucceedState;
    case 'Fail':
      return { type, name, error: fields.template('Error'), cause: fields.template('Cause') } satisfies FailState;
    case 'Parallel':
      return fields.refuse('Parallel', 'a state of this type');
    default:
      return fields.refuse('Field value', `Type ${type}`);
  }
}

function task(fields: Fields, name: string): TaskState {
  const resource = loadResource(fields);
  refuseUnknownArguments(fields, resource);
  return {
    type: 'Task',
    name,
    resource,
    arguments: fields.template('Arguments'),
    timeoutSeconds: fields.amount('TimeoutSeconds', 1),
    heartbeatSeconds: fields.amount('HeartbeatSeconds', 1),
    ...guarded(fields),
    ...results(fields),
    next: onward(fields),
  };
}

function map(fields: Fields, name: string, { variables, loadGraph }: Surroundings): MapState {
  // The older spelling would otherwise be reported as a missing ItemProcessor.
  if (fields.has('Iterator')) fields.refuse('Iterator', 'the older spelling of ItemProcessor');
  const items = fields.template('Items');
  if (items?.kind === 'object' || (items?.kind === 'literal' && !Array.isArray(items.value))) {
    fields.refuse('Field value', 'Items is not an array');
  }
  const processor = new Fields(fields.raw('ItemProcessor'), name, fields.expressions, 'ItemProcessor');
  const config = processor.raw('ProcessorConfig');
  const mode = isJsonObject(config) ? (config['Mode'] ?? 'INLINE') : 'INLINE';
  if (mode !== 'INLINE') fields.refuse('Distributed Map', `Mode ${JSON.stringify(mode)}`);
  return {
    type: 'Map',
    name,
    items,
    itemSelector: fields.template('ItemSelector'),
    maxConcurrency: fields.amount('MaxConcurrency', 0) ?? 0,
    itemProcessor: loadGraph(processor, variables),
    ...guarded(fields),
    ...results(fields),
    next: onward(fields),
  };
}

function choice(fields: Fields, name: string): ChoiceState {
  const choices = fields.list('Choices').map((source, index): ChoiceRule => {
    const rule = new Fields(source, name, fields.expressions, 'a choice rule');
    const condition = rule.template('Condition', `Choices[${index}]/Condition`);
    const loaded = {
      condition: condition ?? rule.refuse(rule.has('Variable') ? 'JSONPath' : 'Missing field', 'Condition'),
      next: rule.text('Next'),
      ...results(rule),
    };
    rule.refuseOthers();
    return loaded;
  });
  if (choices.length === 0) fields.refuse('Missing field', 'Choices is empty');
  return { type: 'Choice', name, choices, default: fields.optionalText('Default'), ...results(fields) };
}

function wait(fields: Fields, name: string): WaitState {
  const seconds = fields.amount('Seconds', 0);
  const timestamp = fields.template('Timestamp');
  const common = { type: 'Wait' as const, name, ...results(fields), next: onward(fields) };
  if (seconds !== undefined && timestamp === undefined) return { ...common, until: { kind: 'seconds', seconds } };
  if (timestamp !== undefined && seconds === undefined) return { ...common, until: { kind: 'timestamp', timestamp } };
  fields.refuseOthers();
  return fields.refuse('Missing field', 'exactly one of Seconds and Timestamp');
}

function results(fields: Fields, location = ''): Results {
  const assign = fields.template('Assign', `${location}Assign`);
  if (assign !== undefined) {
    const source = fields.raw('Assign');
    if (!isJsonObject(source)) return fields.refuse('Field value', 'Assign is not an object');
    for (const variable of Object.keys(source)) {
      if (!/^[\p{ID_Start}][\p{ID_Continue}]{0,79}$/u.test(variable) || variable === 'states') {
        fields.refuse('Field value', `${variable} is no name for a variable`);
      }
    }
  }
  return { output: fields.template('Output', `${location}Output`), assign };
}

function onward(fields: Fields): string | undefined {
  const next = fields.optionalText('Next');
  const end = fields.raw('End');
  if (end !== undefined && typeof end !== 'boolean') fields.refuse('Field value', 'End is not a boolean');
  if ((next === undefined) === (end !== true)) fields.refuse('Transition', 'exactly one of Next and End');
  return next;
}

function guarded(fields: Fields): Guarded {
  const retry = fields.list('Retry').map((source): Retrier => {
    const retrier = new Fields(source, fields.state, fields.expressions, 'a retrier');
    const jitterStrategy = retrier.optionalText('JitterStrategy') ?? 'NONE';
    if (jitterStrategy !== 'FULL' && jitterStrategy !== 'NONE') {
      return retrier.refuse('Field value', `JitterStrategy ${jitterStrategy}`);
    }
    const loaded = {
      errorEquals: errorEquals(retrier),
      intervalSeconds: retrier.integer('IntervalSeconds', 1, 1),
      maxAttempts: retrier.integer('MaxAttempts', 0, 3),
      backoffRate: retrier.number('BackoffRate', 1, 2),
      maxDelaySeconds: retrier.has('MaxDelaySeconds') ? retrier.integer('MaxDelaySeconds', 1, 1) : undefined,
      jitterStrategy,
    } as const;
    retrier.refuseOthers();
    return loaded;
  });
  const catchers = fields.list('Catch').map((source, index): Catcher => {
    const catcher = new Fields(source, fields.state, fields.expressions, 'a catcher');
    const loaded = {
      errorEquals: errorEquals(catcher),
      next: catcher.text('Next'),
      ...results(catcher, `Catch[${index}]/`),
    };
    catcher.refuseOthers();
    return loaded;
  });
  for (const list of [retry, catchers]) {
    list.forEach((member, index) => {
      if (!member.errorEquals.includes('States.ALL')) return;
      if (member.errorEquals.length > 1) fields.refuse('Field value', 'States.ALL stands alone in its ErrorEquals');
      if (index < list.length - 1) fields.refuse('Field value', 'States.ALL comes last');
    });
  }
  return { retry, catch: catchers };
}

function errorEquals(fields: Fields): string[] {
  const names = fields.list('ErrorEquals').filter((name) => typeof name === 'string');
  if (names.length === 0) fields.refuse('Missing field', 'ErrorEquals names no error');
  return names;
}
