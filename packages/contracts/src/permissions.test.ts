import { describe, expect, it } from 'vitest';
import { ROLE_PERMISSIONS } from './permissions.js';

describe('roles', () => {
  it('hold all that the role below them holds', () => {
    const { annotator, reviewer, engineer, owner } = ROLE_PERMISSIONS;
    expect([...annotator].filter((one) => !reviewer.has(one))).toEqual([]);
    expect([...reviewer].filter((one) => !engineer.has(one))).toEqual([]);
    expect([...engineer].filter((one) => !owner.has(one))).toEqual([]);
  });

  it('leave members, deletion and the audit log to owners', () => {
    for (const permission of ['member.manage', 'project.delete', 'audit.read'] as const) {
      expect(ROLE_PERMISSIONS.engineer.has(permission)).toBe(false);
      expect(ROLE_PERMISSIONS.owner.has(permission)).toBe(true);
    }
  });

  it('let an annotator label, and see neither labels nor annotations of others', () => {
    expect(ROLE_PERMISSIONS.annotator.has('annotation.create')).toBe(true);
    expect(ROLE_PERMISSIONS.annotator.has('annotation.read')).toBe(false);
    expect(ROLE_PERMISSIONS.annotator.has('label.read')).toBe(false);
  });
});
