/**
 * The icons of both apps, under the names of what they mean here: one icon means one thing everywhere. The drawings are
 * Lucide's (ISC), of which a build takes in those that are named here and no others; nobody else imports them. To add one:
 * a line here, and a place where it helps somebody to find something.
 *
 * None is of a place on a map, so that nothing looks as if it knew where a person is.
 */
import {
  ArrowUp,
  Bell,
  Camera,
  ChevronLeft,
  ChevronRight,
  CircleAlert,
  CircleQuestionMark,
  ClipboardList,
  Clock,
  File,
  FilePen,
  FilePlus,
  FolderOpen,
  Hand,
  Image,
  Inbox,
  Keyboard,
  Lock,
  MessageSquare,
  Mic,
  RefreshCw,
  ScrollText,
  Search,
  Settings,
  ShieldCheck,
  Signature,
  Smartphone,
  TriangleAlert,
  Video,
  X,
} from "@lucide/vue";

export const ICONS = {
  alarm: Bell,
  back: ChevronLeft,
  camera: Camera,
  case: FolderOpen,
  device: Smartphone,
  draft: FilePen,
  empty: Inbox,
  file: File,
  help: CircleQuestionMark,
  keyboard: Keyboard,
  lock: Lock,
  log: ScrollText,
  message: MessageSquare,
  more: ChevronRight,
  new: FilePlus,
  picture: Image,
  register: ClipboardList,
  remove: X,
  search: Search,
  sent: ShieldCheck,
  settings: Settings,
  signature: Signature,
  sound: Mic,
  stopped: Hand,
  sync: RefreshCw,
  toSend: Clock,
  trouble: TriangleAlert,
  up: ArrowUp,
  urgent: CircleAlert,
  video: Video,
} as const;

export type IconName = keyof typeof ICONS;
