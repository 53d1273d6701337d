/** What bears on how a server is unshelved. */
export interface ShelvedFacts {
  readonly vm_state: string | null;
  /** `shelved_image_id` of its system metadata; null for a volume-backed server. */
  readonly imageId: string | null;
}

export type UnshelveDecision =
  /** Its host still has it. */
  | { readonly kind: 'start' }
  | { readonly kind: 'find-image'; readonly imageId: string }
  /** A volume-backed server needs no image. */
  | { readonly kind: 'schedule' }
  | { readonly kind: 'wrong-state'; readonly reason: string };

/** How a server is unshelved (nova.conductor.manager `unshelve_instance`). */
export function decideUnshelve({ vm_state, imageId }: ShelvedFacts): UnshelveDecision {
  if (vm_state === 'shelved') return { kind: 'start' };
  if (vm_state !== 'shelved_offloaded')
    return { kind: 'wrong-state', reason: `Unshelve attempted but vm_state not SHELVED or SHELVED_OFFLOADED` };
  return imageId === null ? { kind: 'schedule' } : { kind: 'find-image', imageId };
}
