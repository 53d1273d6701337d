import type { Key } from '#ports/tables';

/** What operations keep on a server under `op:OPERATION:NAME`. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  launch: ['owner', 'request', 'attempt', 'ordered_at', 'reschedule'],
  'live-migrate': ['owner', 'migration', 'ordered_at', 'migration_status'],
  'cold-migrate': ['owner', 'migration', 'attempt', 'ordered_at', 'reschedule', 'migration_status'],
  rebuild: ['owner', 'migration', 'attempt', 'ordered_at', 'destination', 'migration_status'],
  unshelve: ['owner', 'attempt', 'ordered_at'],
  'cross-cell-resize': ['owner', 'migration', 'ordered_at'],
  'confirm-across-cells': ['owner'],
  'revert-across-cells': ['owner'],
};

/**
 * Attributes of a server that are stored under a name of one or two capital letters: each write of a server is charged
 * for all of its names. The place of a name is its letters, so names are added at the end alone, and none is taken
 * away.
 */
const NAMES: readonly string[] = [
  `project_id power_state vm_state task_state memory_mb vcpus host node cleaned hidden updated_at deleted
  compute_id launched_on launched_at system_metadata root_device_name network_info numa_topology pci_requests
  resources availability_zone op:hosts op:quota op:ended op:asked op:last_execution op:deletion op:quota_returned
  op:quota_size op:hidden op:arqs info_cache_updated_at progress flavor old_flavor new_flavor migration_context
  instance_type_id root_gb ephemeral_gb metadata image_ref terminated_at deleted_at`.split(/\s+/u),
  Object.entries(KEPT).flatMap(([operation, names]) => names.map((name) => `op:${operation}:${name}`)),
].flat();

const LETTERS = 26;

const letter = (at: number): string => String.fromCharCode('A'.charCodeAt(0) + at);

const lettersOf = (at: number): string =>
  at < LETTERS ? letter(at) : letter(Math.floor(at / LETTERS) - 1) + letter(at % LETTERS);

/** By these DynamoDB says of which type a value is: a map of such names is taken for a value of several types by some. */
const TYPES: ReadonlySet<string> = new Set(['B', 'BS', 'L', 'M', 'N', 'NS', 'S', 'SS']);

const CODES = Array.from({ length: LETTERS * (LETTERS + 1) }, (_, at) => lettersOf(at)).filter(
  (code) => !TYPES.has(code),
);

const PAIRS = NAMES.flatMap((name, at) => {
  const code = CODES[at];
  return code === undefined ? [] : [[name, code] as const];
});
const SHORT: ReadonlyMap<string, string> = new Map(PAIRS);
const WHOLE: ReadonlyMap<string, string> = new Map(PAIRS.map(([name, code]) => [code, name]));

/** Whether attributes of an item are stored under short names. */
export const hasShortNames = ({ pk, sk }: Key): boolean => sk === 'instance' && pk.startsWith('instance#');

/** The name under which an attribute of a server is stored. */
export const shortName = (name: string): string => SHORT.get(name) ?? name;

/** The attribute that is stored under a name. */
export const wholeName = (stored: string): string => WHOLE.get(stored) ?? stored;
