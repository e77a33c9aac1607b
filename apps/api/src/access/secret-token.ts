import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;
export const API_TOKEN_PREFIX = 'dub_';
const SHOWN_CHARACTERS = 10;

/**
 * 256 random bits; only its hash is kept, so a copy of the database opens nothing.
 * @see docs/decisions/0034
 */
export const makeSecret = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** Plain SHA-256 is right here: the secret is random, there is nothing to guess by dictionary. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export const makeApiToken = (): string => `${API_TOKEN_PREFIX}${makeSecret()}`;

/** What of a token may be shown later, so that its owner knows which one it is. */
export const shownPrefix = (token: string): string => token.slice(0, SHOWN_CHARACTERS);
