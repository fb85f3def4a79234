"""Deliveries that others send us over HTTP, signed (Standard Webhooks) or with a plain token."""

from .connector import Webhook

CONNECTOR = Webhook()
