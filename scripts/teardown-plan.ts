import { columns, type Line } from '#cli/output/columns';
import { keptOf, queuesOfNoStack, type FoundQueue, type Kept, type KeptWhere } from './kept-resources.ts';
import type { SynthesisedStack, SynthesisedStacks } from './synthesised-stacks.ts';

/** A stack, and what goes with it: how many resources by their types. */
interface PlannedStack {
  readonly stack: string;
  readonly goes: Readonly<Record<string, number>>;
}

/** What has to be so before anything is deleted. */
export interface Precondition {
  readonly what: string;
  readonly holds: boolean;
  readonly remedy: string;
}

/** What a teardown does and what it leaves, in the order of what is done. */
export interface TeardownPlan {
  readonly deployment: string;
  readonly before: readonly Precondition[];
  /** Stacks of what runs. */
  readonly runs: readonly PlannedStack[];
  /** Stacks that are protected from deletion, and go on request alone. */
  readonly state: readonly PlannedStack[];
  readonly kept: readonly Kept[];
  /** What removes all that is kept, each command once, in an order that works. */
  readonly commands: readonly string[];
}

/** What is known of a deployment that is there. */
export interface Found extends KeptWhere {
  readonly before: readonly Precondition[];
  readonly queues: readonly FoundQueue[];
}

/** Types in the order in which they are removed: keys last, since all else is encrypted with them. */
const LAST = ['AWS::KMS::Key'];

/** @throws Error when a template retains something of which nothing is known */
export function teardownPlan({ runs, state }: SynthesisedStacks, found: Found): TeardownPlan {
  const kept = [
    ...[...runs, ...state].flatMap((stack) => keptOf(stack, found)),
    ...queuesOfNoStack(found.queues, found),
  ].toSorted((one, other) => LAST.indexOf(one.type) - LAST.indexOf(other.type));
  return {
    deployment: found.deployment,
    before: found.before,
    runs: runs.map(planned),
    state: state.map(planned),
    kept,
    commands: [...new Set(kept.flatMap(({ commands }) => commands))],
  };
}

function planned({ name, resources }: SynthesisedStack): PlannedStack {
  const going = Object.values(resources).filter(({ DeletionPolicy = 'Delete' }) => DeletionPolicy === 'Delete');
  const byType = Map.groupBy(going, ({ Type }) => Type);
  return { stack: name, goes: Object.fromEntries([...byType].map(([type, some]) => [type, some.length])) };
}

/** A plan for people. @param withState whether the stacks of state go too */
export const planLines = (plan: TeardownPlan, withState: boolean): Line[] => [
  'Before:',
  columns(
    ['what', 'is so', 'remedy'],
    plan.before.map(({ what, holds, remedy }) => [what, holds ? 'yes' : 'no', holds ? '-' : remedy]),
  ),
  '',
  'Goes, in this order:',
  columns(
    ['stack', 'goes', 'with it'],
    [
      ...plan.runs.map((each) => [each.stack, 'yes', inWords(each)]),
      ...plan.state.map((each) => [each.stack, withState ? 'yes' : 'with --with-state', inWords(each)]),
    ],
  ),
  '',
  'Stays:',
  columns(
    ['type', 'name', 'costs'],
    plan.kept.map(({ type, name, cost }) => [type, name, cost]),
    'nothing',
  ),
  '',
  ...(plan.commands.length === 0 ? [] : ['What removes it, records included, for good:', ...plan.commands]),
];

/** What people know of a stack, before what belongs to it. */
const KNOWN = [
  'AWS::Lambda::Function',
  'AWS::StepFunctions::StateMachine',
  'AWS::SQS::Queue',
  'AWS::SNS::Topic',
  'AWS::Events::EventBus',
  'AWS::KMS::Alias',
  'AWS::CloudWatch::Alarm',
];

const inWords = ({ goes }: PlannedStack): string => {
  const known = KNOWN.flatMap((type) => {
    const count = goes[type] ?? 0;
    return count === 0 ? [] : [`${count} ${type.split('::').slice(1).join(' ')}`];
  });
  const others = Object.keys(goes).some((type) => !KNOWN.includes(type));
  return [...known, ...(others ? ['what belongs to them'] : [])].join(', ');
};
