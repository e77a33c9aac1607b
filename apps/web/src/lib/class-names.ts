/**
 * Joins class names. Parts lie in a lower cascade layer than utilities, so a utility always wins.
 */
export { clsx as cn } from 'clsx';
