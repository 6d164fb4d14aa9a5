# What the three engines' stand-ins share: the check's base and the machine's own JDK.
ARG BASE
FROM ${BASE}
COPY jdk /opt/java
ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:$PATH
