# Run by "cmake --install"; see CMakeLists.txt. DESTDIR is honoured.

# With the prefix of this installation: CMAKE_INSTALL_FULL_BINDIR and so on (/etc for /usr).
include(GNUInstallDirs)

set(unit ${CMAKE_INSTALL_PREFIX}/lib/systemd/system/logtally.service)
configure_file(${SERVICE_DIR}/logtally.service.in $ENV{DESTDIR}${unit} @ONLY
               FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
message(STATUS "Installing: $ENV{DESTDIR}${unit}")
list(APPEND CMAKE_INSTALL_MANIFEST_FILES ${unit})

# A configuration that is there belongs to the administrator and stays; the default is put beside it.
set(config ${CMAKE_INSTALL_FULL_SYSCONFDIR}/logtally/logtally.yaml)
if(EXISTS $ENV{DESTDIR}${config})
  set(config ${config}.default)
endif()
file(READ ${SERVICE_DIR}/logtally.yaml text)
string(REPLACE /usr/share/logtally ${CMAKE_INSTALL_FULL_DATADIR}/logtally text "${text}")
string(REPLACE /etc/logtally ${CMAKE_INSTALL_FULL_SYSCONFDIR}/logtally text "${text}")
file(WRITE $ENV{DESTDIR}${config} "${text}")
file(CHMOD $ENV{DESTDIR}${config} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
message(STATUS "Installing: $ENV{DESTDIR}${config}")
list(APPEND CMAKE_INSTALL_MANIFEST_FILES ${config})
