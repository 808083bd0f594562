"""The peer: an echo bot as python-telegram-bot's `Application` comes, one ORM row and one commit for each message.

    python -m tests.benchmarks.telegram.echo --api http://127.0.0.1:8081 --token 42:A --database F [--listen 8082]

`--listen` takes updates by webhook (`run_webhook`, which needs tornado).
"""

import argparse
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

PATH = "telegram"
SECRET = "echo"


class Base(DeclarativeBase):
    pass


class Message(Base):
    """One line of a conversation."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat: Mapped[int] = mapped_column(sa.BigInteger, index=True)
    text: Mapped[str]
    received_at: Mapped[datetime]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.telegram.echo")
    parser.add_argument("--api", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--listen", type=int, default=0, metavar="PORT")
    given = parser.parse_args()
    engine = _open(given.database)
    building = Application.builder().token(given.token).base_url(f"{given.api}/bot").post_init(_tables(engine))
    url = f"http://127.0.0.1:{given.listen}/{PATH}"
    application = building.build()
    application.add_handler(_handler(engine))
    if given.listen:
        application.run_webhook("127.0.0.1", given.listen, PATH, webhook_url=url, secret_token=SECRET)
    else:
        application.run_polling()


def _handler(engine: AsyncEngine) -> MessageHandler[Any, Any]:
    session = async_sessionmaker(engine)

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        text = update.message.text or ""
        async with session() as open_session:
            open_session.add(Message(chat=update.message.chat_id, text=text, received_at=datetime.now(UTC)))
            await open_session.commit()
        await update.message.reply_text(text)

    return MessageHandler(filters.TEXT, echo)


def _open(file: str) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}")

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")

    return engine


def _tables(engine: AsyncEngine) -> Any:
    async def create(_application: object) -> None:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    return create


if __name__ == "__main__":
    main()
