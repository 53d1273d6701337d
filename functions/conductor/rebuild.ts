/**
 * How the host of a rebuild is found (nova.conductor.manager `rebuild_instance`, `_allocate_for_evacuate_dest_host`).
 */
export type RebuildPath =
  /** On the host that has the server: nothing is claimed. */
  | 'same'
  /** Somebody named another host. */
  | 'forced'
  | 'scheduled';

/** How the host of a rebuild is found. `host` is the one asked for, `current` the one that has the server. */
export function rebuildPath(host: string | null, current: string | null): RebuildPath {
  if (host === null) return 'scheduled';
  return host === current ? 'same' : 'forced';
}

/** What a failed rebuild leaves behind. */
export type RebuildFailure =
  /** The scheduler found none: vm_state error, and two faults as Nova records them; a new image is taken back. */
  | { readonly kind: 'no-host'; readonly vm_state: 'error'; readonly faults: 2; readonly takesImageBack: true }
  /** The claim on the host that was named lost against another one: Nova leaves the server in error. */
  | { readonly kind: 'lost-claim'; readonly vm_state: 'error'; readonly faults: 1; readonly takesImageBack: false }
  /** A host that was at work was given up: nobody knows what it left of the server. */
  | { readonly kind: 'given-up'; readonly vm_state: 'error'; readonly faults: 1; readonly takesImageBack: false }
  /** Nothing was begun: the server is what it was. */
  | { readonly kind: 'kept'; readonly vm_state: null; readonly faults: 1; readonly takesImageBack: boolean }
  /** The order of an evacuation could not be given: its server has no host that lives. */
  | { readonly kind: 'not-ordered'; readonly vm_state: 'error'; readonly faults: 1; readonly takesImageBack: true }
  /** The scheduler is silent: nothing is changed, and a person goes on from here. */
  | { readonly kind: 'untouched' };

/** The last is a claim that lost against another one, as a scheduler reports it. */
const NO_HOST = new Set(['NoValidHost', 'MaxRetriesExceeded', 'UnsupportedPolicyException', 'AllocationUpdateFailed']);

/**
 * The computes of the cell are too old for what is asked, the devices of the server cannot be bound, or nobody says
 * which provider meets what it needs.
 */
const NOT_ORDERED = new Set([
  'UnsupportedRPCVersion',
  'AcceleratorRequestOpFailed',
  'AcceleratorRequestBindingFailed',
  'KeyError',
]);

/** What follows from an error of a rebuild, or of an evacuation, by its name. */
export function rebuildFailure(error: string, path: RebuildPath, evacuates = false): RebuildFailure {
  if (error === 'MessagingTimeout') return { kind: 'untouched' };
  if (error === 'ComputeServiceUnavailable')
    return { kind: 'given-up', vm_state: 'error', faults: 1, takesImageBack: false };
  if (path === 'scheduled' && NO_HOST.has(error))
    return { kind: 'no-host', vm_state: 'error', faults: 2, takesImageBack: true };
  if (path === 'forced' && error === 'AllocationUpdateFailed')
    return { kind: 'lost-claim', vm_state: 'error', faults: 1, takesImageBack: false };
  const unordered = NOT_ORDERED.has(error);
  if (unordered && evacuates) return { kind: 'not-ordered', vm_state: 'error', faults: 1, takesImageBack: true };
  return { kind: 'kept', vm_state: null, faults: 1, takesImageBack: unordered };
}

/**
 * The trait of an image that a flavor forbids; undefined when it forbids none of them.
 *
 * @param extraSpecs of the flavor, for instance `{ 'trait:HW_CPU_X86_AVX2': 'forbidden'
 *   }`; the trait may be of any group
 */
export function forbiddenTrait(
  extraSpecs: Readonly<Record<string, unknown>>,
  required: readonly string[],
): string | undefined {
  const forbidden = Object.entries(extraSpecs).flatMap(([name, value]) =>
    name.startsWith('trait') && value === 'forbidden' ? [name.slice(name.indexOf(':') + 1)] : [],
  );
  return required.find((trait) => forbidden.includes(trait));
}
