import type { Node } from '../node.js';

/** The gradient for one operand: none, a node, or a node built only when the operand needs it. */
export type OperandGradient = Node | null | (() => Node);

/**
 * The vector-Jacobian product of an operation: from dy, the gradient with respect to its result, to
 * one for each operand.
 */
export type GradientRule = (node: Node, dy: Node) => readonly OperandGradient[];

export type GradientRules = Readonly<Record<string, GradientRule>>;
