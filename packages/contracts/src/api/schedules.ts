import { z } from 'zod';
import { ScheduleId } from '../ids.js';
import { Instant } from './common.js';
import { endpoint } from './endpoint.js';
import { project } from './projects.js';

export const Schedule = z.object({
  id: ScheduleId,
  cron: z.string(),
  timeZone: z.string(),
  enabled: z.boolean(),
  nextAt: Instant.nullable(),
  lastFiredAt: Instant.nullable(),
  createdAt: Instant,
});
export type Schedule = z.infer<typeof Schedule>;
const ScheduleInput = z.object({
  cron: z.string().trim().min(5).max(100),
  timeZone: z.string().min(1).max(60).default('UTC'),
  enabled: z.boolean().default(true),
});
const schedule = project.extend({ scheduleId: ScheduleId });

export const scheduleEndpoints = {
  list: endpoint({
    id: 'schedules.list',
    method: 'GET',
    path: '/projects/:projectId/schedules',
    summary: 'When rounds start by the clock.',
    access: 'schedule.read',
    scope: 'project',
    params: project,
    response: z.object({ schedules: z.array(Schedule) }),
  }),
  create: endpoint({
    id: 'schedules.create',
    method: 'POST',
    path: '/projects/:projectId/schedules',
    summary: 'Start rounds by cron in a time zone.',
    access: 'schedule.manage',
    scope: 'project',
    params: project,
    body: ScheduleInput,
    response: Schedule,
    status: 201,
    idempotent: true,
    refuses: ['schedule.invalid'],
  }),
  update: endpoint({
    id: 'schedules.update',
    method: 'PATCH',
    path: '/projects/:projectId/schedules/:scheduleId',
    summary: 'Change or switch off a schedule.',
    access: 'schedule.manage',
    scope: 'project',
    params: schedule,
    body: z.object({
      cron: z.string().trim().min(5).max(100).optional(),
      timeZone: z.string().min(1).max(60).optional(),
      enabled: z.boolean().optional(),
    }),
    response: Schedule,
    refuses: ['schedule.invalid'],
  }),
  remove: endpoint({
    id: 'schedules.remove',
    method: 'DELETE',
    path: '/projects/:projectId/schedules/:scheduleId',
    summary: 'Remove a schedule.',
    access: 'schedule.manage',
    scope: 'project',
    params: schedule,
    status: 204,
  }),
};
