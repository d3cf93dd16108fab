"""The parts of Telegram's updates that we read (`platform.md §1`). Strict about what is there, blind to what is not."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

LARGEST_ID = 2**53
"""Telegram promises at most 52 bits; what is larger was made up by somebody."""
_END_OF_TIME = 4_102_444_800  # the year 2100

Id = Annotated[int, Field(ge=-LARGEST_ID, le=LARGEST_ID)]
Seconds = Annotated[int, Field(ge=0, le=_END_OF_TIME)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class Chat(_Part):
    id: Id
    type: str

    @property
    def private(self) -> bool:
        return self.type == "private"


class User(_Part):
    id: Id


class File(_Part):
    file_id: Annotated[str, Field(min_length=1, max_length=400)]
    file_size: Annotated[int, Field(ge=0)] | None = None
    mime_type: str | None = None

    @property
    def size(self) -> int:
        return self.file_size or 0


class PhotoSize(File):
    width: int
    height: int


class Location(_Part):
    latitude: Annotated[Degrees, Field(ge=-90, le=90)]
    longitude: Annotated[Degrees, Field(ge=-180, le=180)]


class Venue(_Part):
    location: Location
    title: str = ""
    address: str = ""


class Numbered(_Part):
    """A message of which only the number matters."""

    message_id: Id


class Message(_Part):
    """What else stands in it is kept by name, so that a notice of the chat is told from content we do not know."""

    model_config = ConfigDict(strict=True, extra="allow")

    message_id: Id
    date: Seconds
    chat: Chat
    text: str | None = None
    caption: str | None = None
    media_group_id: str | None = None
    photo: tuple[PhotoSize, ...] | None = None
    voice: File | None = None
    audio: File | None = None
    video: File | None = None
    video_note: File | None = None
    animation: File | None = None
    document: File | None = None
    sticker: File | None = None
    location: Location | None = None
    venue: Venue | None = None
    contact: dict[str, Any] | None = None
    reply_to_message: Numbered | None = None

    @property
    def also_holds(self) -> frozenset[str]:
        """Names of what came along that has no field here."""
        return frozenset(self.model_extra or ())


class Tapped(_Part):
    """The message under whose button somebody tapped. Of a deleted one only chat and number are left, and no date."""

    message_id: Id
    chat: Chat
    date: Seconds = 0


class CallbackQuery(_Part):
    model_config = ConfigDict(strict=True, populate_by_name=True)

    id: Annotated[str, Field(min_length=1, max_length=200)]
    sender: User = Field(alias="from")
    message: Tapped | None = None
    data: str | None = None


class Member(_Part):
    status: str


class MembershipChange(_Part):
    chat: Chat
    date: Seconds
    new_chat_member: Member


class Update(_Part):
    """Exactly one of these is there; all other kinds of update are none of ours."""

    message: Message | None = None
    edited_message: Message | None = None
    channel_post: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: MembershipChange | None = None


ASKED_FOR = ("message", "edited_message", "channel_post", "callback_query", "my_chat_member")
"""Kinds of update that Telegram is asked to send."""

NOTICES = frozenset(
    {
        "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
        "group_chat_created", "supergroup_chat_created", "channel_chat_created", "message_auto_delete_timer_changed",
        "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message", "write_access_allowed",
        "proximity_alert_triggered", "boost_added", "chat_background_set", "forum_topic_created", "forum_topic_edited",
        "forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden",
        "video_chat_scheduled", "video_chat_started", "video_chat_ended", "video_chat_participants_invited",
        "chat_owner_left", "chat_owner_changed",
    }
)  # fmt: skip
"""Telegram tells that something about the chat changed; nobody said anything."""
