import { ownedBy } from '../state.ts';

/*
 * Theory of operation.
 *
 * A cold migration (a resize is one with another flavor) owns its server from Begin until the server is `resized`, or
 * is back where it was. What it owns it writes under `op:cold-migrate:` names on the server's item: its execution, the
 * attempt, the token that waits, its migration. `op:hosts` names source and destination of the attempt at hand, so a
 * destination that was given up is fenced by the write that hands the server to the next one. The states of the server
 * itself are its computes' from the cast on; we give task_state back only while it is still one of ours.
 *
 * What the server holds on its source is handed to the migration before the scheduler is asked, so that the server's
 * own allocation is the destination's alone. Undo gives it back whole, which takes a claim on the destination away as
 * well. After the cast the computes decide: the object proxy puts the allocations right when the migration ends
 * (records/ended-move.ts), be it confirmed, reverted or failed, long after this execution.
 *
 * A call is answered before the wait, as in Nova. A compute that gives the server back calls as well; its reply address
 * comes with the stored request, and is answered after the next cast or on failure.
 */

/** This execution as owner of its server. */
export const ownership = ownedBy('cold-migrate');
