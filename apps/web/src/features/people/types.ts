import type { Member } from '@dubio/contracts';

export type Role = Member['role'];
