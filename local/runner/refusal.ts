/**
 * Language features outside the subset, in the words of docs/adr/0002-asl-subset.md; a test keeps the two lists equal.
 */
export const REFUSED_FEATURES = [
  'Parallel',
  'JSONPath',
  'Distributed Map',
  'Tolerated failure',
  'Iterator',
  'Service integration',
  'Credentials',
] as const;

export type RefusedFeature = (typeof REFUSED_FEATURES)[number];

/** What the service refuses as well. */
export type Mistake =
  | 'Unknown field'
  | 'Missing field'
  | 'Field value'
  | 'Transition'
  | 'Expression'
  | 'Variable scope';

/** A definition uses something outside the subset, or is no definition at all. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';
  readonly feature: RefusedFeature | Mistake;
  /** Absent when the machine as a whole is at fault. */
  readonly state: string | undefined;

  constructor(feature: RefusedFeature | Mistake, state: string | undefined, detail: string) {
    super(`${feature}${state === undefined ? '' : ` in state '${state}'`}: ${detail}`);
    this.feature = feature;
    this.state = state;
  }
}

/** Fields that name a feature by being there, in any state or machine. */
const FIELDS_OF_FEATURES: ReadonlyMap<string, RefusedFeature> = new Map<string, RefusedFeature>([
  ...[
    'InputPath',
    'OutputPath',
    'ResultPath',
    'ResultSelector',
    'Result',
    'Parameters',
    'ItemsPath',
    'SecondsPath',
    'TimestampPath',
    'TimeoutSecondsPath',
    'HeartbeatSecondsPath',
    'MaxConcurrencyPath',
    'ErrorPath',
    'CausePath',
    'Variable',
  ].map((field): [string, RefusedFeature] => [field, 'JSONPath']),
  ['Branches', 'Parallel'],
  ['ItemReader', 'Distributed Map'],
  ['ItemBatcher', 'Distributed Map'],
  ['ResultWriter', 'Distributed Map'],
  ['Label', 'Distributed Map'],
  ['ToleratedFailureCount', 'Tolerated failure'],
  ['ToleratedFailurePercentage', 'Tolerated failure'],
  ['Iterator', 'Iterator'],
  ['Credentials', 'Credentials'],
]);

/** The feature that an unexpected field stands for. */
export function featureOfField(field: string): RefusedFeature | Mistake {
  return FIELDS_OF_FEATURES.get(field) ?? 'Unknown field';
}
